// What a gate writes for CI systems: each format's own rules, and that no text of ours or a server's breaks out.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { renderAnnotations, renderGateMarkdown } from '../../../src/report/ci/github.ts';
import { renderCodeQuality } from '../../../src/report/ci/gitlab.ts';
import { renderJUnit } from '../../../src/report/ci/junit.ts';
import type { CiOutcome, CiReport } from '../../../src/report/ci/outcome.ts';
import { renderTap } from '../../../src/report/ci/tap.ts';

const outcome = (state: CiOutcome['state'], more: Partial<CiOutcome> = {}): CiOutcome => ({
  name: `candidate: legit.lost == 0 # ${state}`,
  phase: 'run',
  state,
  shown: '3',
  file: 'mail/storm.yaml',
  line: 5,
  ...more,
});
const report = (...outcomes: CiOutcome[]): CiReport => ({
  scenario: 'storm',
  outcomes,
  onInconclusive: 'warn',
  attempt: undefined,
  seconds: 1e-7,
  startedAt: '2026-11-23T07:40:00.123Z',
});
const STATES = ['met', 'missed', 'no-data', 'inconclusive'] as const;
const ALL = report(...STATES.map((state) => outcome(state)));
const HOSTILE = '<script>]]>&"\u001b[31m\u0000\u202e%0A::error::x,\nfile=/etc/passwd|`';

/** The file's elements with their attributes, in order; fails on what is not well-formed. */
function elementsOf(xml: string): { tag: string; attributes: Record<string, string> }[] {
  const parsed = spawnSync('python3', ['-c', READ], { input: xml, encoding: 'utf8' });
  expect(parsed.stderr).toBe('');
  return z
    .array(z.object({ tag: z.string(), attributes: z.record(z.string(), z.string()) }))
    .parse(JSON.parse(parsed.stdout));
}
const READ = `
import sys, json, xml.etree.ElementTree as tree
print(json.dumps([{"tag": e.tag, "attributes": e.attrib} for e in tree.fromstring(sys.stdin.buffer.read()).iter()]))
`;
const hasPython = spawnSync('python3', ['--version']).error === undefined;

/** The attributes that the schema of Jenkins' xUnit plugin (junit-10.xsd) allows, of those that it requires first. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  testsuites: ['name', 'time', 'tests', 'failures', 'errors', 'disabled'],
  testsuite: ['name', 'tests', 'failures', 'errors', 'time', 'skipped', 'timestamp', 'hostname'],
  testcase: ['name', 'classname', 'time', 'status', 'assertions'],
  failure: ['message', 'type'],
  error: ['message', 'type'],
  skipped: ['message', 'type'],
};

describe.skipIf(!hasPython)('JUnit XML', () => {
  it('has only what the schema knows, and counts that fit', () => {
    const elements = elementsOf(renderJUnit(ALL));
    for (const { tag, attributes } of elements) {
      expect(ALLOWED[tag]).toEqual(expect.arrayContaining(Object.keys(attributes)));
    }
    const [, suite] = elements;
    expect(suite?.attributes).toMatchObject({
      name: 'storm',
      tests: '4',
      failures: '1',
      errors: '1',
      skipped: '1',
      timestamp: '2026-11-23T07:40:00',
    });
    expect(elements.map(({ tag }) => tag)).toEqual([
      'testsuites',
      'testsuite',
      'testcase',
      'testcase',
      'failure',
      'testcase',
      'error',
      'testcase',
      'skipped',
    ]);
  });
  it('writes no exponent, and the text as attribute and as content', () => {
    const xml = renderJUnit(ALL);
    expect(xml.match(/time="[^"]*"/g)?.every((time) => /^time="\d+\.\d{3}"$/.test(time))).toBe(
      true,
    );
    expect(xml).toContain('does not hold: 3" type="threshold">candidate:');
  });
  it('stays whole whatever a server said', () => {
    const xml = renderJUnit(report(outcome('missed', { name: HOSTILE, shown: HOSTILE })));
    expect(elementsOf(xml)).toHaveLength(4);
  });
});

describe('TAP', () => {
  it('numbers its lines and escapes what begins a directive', () => {
    const lines = renderTap(ALL).trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual(['TAP version 13', '1..4']);
    expect(lines.filter((line) => /^(not )?ok /.test(line))).toEqual([
      'ok 1 - candidate: legit.lost == 0 \\# met',
      'not ok 2 - candidate: legit.lost == 0 \\# missed',
      'not ok 3 - candidate: legit.lost == 0 \\# no-data',
      'ok 4 - candidate: legit.lost == 0 \\# inconclusive # SKIP inconclusive: 3',
    ]);
  });
  it('has one line for each, whatever a server said', () => {
    const lines = renderTap(report(outcome('missed', { name: HOSTILE })))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(4);
  });
});

describe("GitLab's code quality", () => {
  const issue = z.strictObject({
    description: z.string(),
    check_name: z.string(),
    fingerprint: z.string().length(64),
    severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
    location: z.strictObject({
      path: z.string(),
      lines: z.strictObject({ begin: z.int().positive() }),
    }),
  });
  it('has an entry for each that does not hold', () => {
    const issues = z.array(issue).parse(JSON.parse(renderCodeQuality(ALL)));
    expect(issues.map(({ severity }) => severity)).toEqual(['critical', 'major', 'minor']);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
  it('keeps the fingerprint when only the figure changes', () => {
    const prints = ['3', '4'].map(
      (shown) =>
        z.array(issue).parse(JSON.parse(renderCodeQuality(report(outcome('missed', { shown })))))[0]
          ?.fingerprint,
    );
    expect(prints[0]).toBe(prints[1]);
  });
});

describe("GitHub's annotations", () => {
  it('name file and line, failures first', () => {
    expect(renderAnnotations(ALL)).toEqual([
      '::error file=mail/storm.yaml,line=5,title=threshold failed::candidate: legit.lost == 0 # missed does not hold: 3',
      '::error file=mail/storm.yaml,line=5,title=threshold without data::candidate: legit.lost == 0 # no-data has no data: 3',
      '::warning file=mail/storm.yaml,line=5,title=threshold inconclusive::candidate: legit.lost == 0 # inconclusive is inconclusive: 3',
    ]);
  });
  it('are no more than GitHub shows', () => {
    const lines = renderAnnotations(report(...Array.from({ length: 30 }, () => outcome('missed'))));
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)).toBe('::error::21 more thresholds: see the summary');
  });
  it('cannot be ended, nor another begun, by what they quote', () => {
    const text = { name: HOSTILE, shown: HOSTILE, file: 'a,b:c\n%.yaml' };
    const [line = '', ...others] = renderAnnotations(report(outcome('missed', text)));
    expect(others).toEqual([]);
    expect(line).not.toMatch(/[\r\n]/);
    expect(
      line.startsWith('::error file=a%2Cb%3Ac%0A%25.yaml,line=5,title=threshold failed::'),
    ).toBe(true);
  });
});

describe('the Markdown', () => {
  it.each([
    [['met'], '✅ storm: every threshold holds'],
    [['met', 'missed', 'no-data'], '❌ storm: 1 of 3 thresholds failed'],
    [['met', 'no-data'], '❔ storm: 1 of 2 thresholds have no data'],
    [['met', 'inconclusive'], '⚠️ storm: 1 of 2 thresholds are inconclusive'],
  ] as const)('of %j begins with %s', (states, headline) => {
    const text = renderGateMarkdown(report(...states.map((state) => outcome(state))), '');
    expect(text.split('\n')[0]).toBe(`### ${headline}`);
  });
  it('says when it is not the first attempt', () => {
    expect(renderGateMarkdown({ ...ALL, attempt: 3 }, '')).toContain('This is attempt 3');
    expect(renderGateMarkdown({ ...ALL, attempt: 1 }, '')).not.toContain('attempt');
  });
  it('has a row for each, however hostile, and stays under what GitHub takes', () => {
    const text = renderGateMarkdown(report(outcome('missed', { name: HOSTILE })), 'x'.repeat(3e6));
    expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
    expect(text.split('\n').filter((line) => line.startsWith('| ❌'))).toHaveLength(1);
    expect(text).not.toContain('<script>');
  });
});
