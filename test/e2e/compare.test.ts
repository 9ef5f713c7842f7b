// `blowback compare` and `gate` as their users see them: a setting that slows real mail down is called so, a change of
// nothing is not, and CI is told in each of its formats.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { type Ended, Folder, readResultIn } from './cli/program.ts';

const folder = new Folder();
const SHORT = `
name: short
seed: 5
phases: {warmup: 0s, calm: 300ms, storm: 2s, recovery: 0s, drain: 4s}
world: {domain: xman.test, victim: jslopez@xman.test, victimExists: false, mailboxes: 20, sources: 50, roundTrip: 0}
actors:
  legit: {kind: legit, rate: 120/s, size: 1KiB, patience: 10s}
  bouncers: {kind: bouncer, rate: 20/s}
# A server that takes long over each message: on a busy machine sessions may then start late by a part of that.
target: {kind: embedded, tuning: {workers: 600, contentFilter: {wait: 600ms}}}
variants:
  stock: {}
  again: {}
  filtered: {contentFilter: {wait: 1200ms}}
thresholds:
  - legit.lost == 0
  - legit.latency.p95 <= 1.5x baseline in storm
`;
const scenario = () => folder.file('short.yaml', SHORT);

describe('compare', () => {
  let out = '';
  let ended: Ended;
  let result: Result;
  beforeAll(async () => {
    out = folder.out();
    const args = ['compare', scenario(), '--variants', 'stock,filtered', '--repeat', '3'];
    ended = await folder.run([...args, '--out', out, '--workers', '1', '--set', 'thresholds=[]']);
    result = readResultIn(out);
  });

  it('plays both sides in turn, drops the first pair, and names which is worse', () => {
    expect(ended).toMatchObject({ exit: 0 });
    const { order, ...facts } = result.comparison ?? {};
    expect(facts).toEqual({ looks: [3], warmUps: 2, ended: 'all-played' });
    expect(order?.[1]).toEqual([...(order?.[0] ?? [])].reverse());
    // On a busy machine a run may not be trusted: then another round is played for it.
    const rounds = order?.length ?? 0;
    expect(rounds).toBeGreaterThanOrEqual(3);
    expect(result.runs).toHaveLength(2 * rounds);
    const waits = result.verdicts.find(({ metric }) => metric === 'legit.latency.p95');
    expect(waits).toMatchObject({
      variant: 'filtered',
      baseline: 'stock',
      verdict: 'worse',
    });
    expect(waits?.pairs).toBeGreaterThan(1);
    expect(waits?.low).toBeGreaterThan(1.25);
    expect(ended.stdout).toMatch(/▼ worse +filtered +legit\.latency\.p95 in storm +[\d.]+× higher/);
  });

  it('shows the same in its report and its summary', () => {
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('Which is better, and how sure');
    expect(page).toMatch(/[345] rounds of all variants/);
    expect(readFileSync(join(out, 'summary.md'), 'utf8')).toMatch(/filtered: .*\*\*worse\*\*/);
  });

  it('reads its own result again, with the same answer', async () => {
    const again = await folder.run(['compare', out, '--json']);
    expect(again.exit).toBe(0);
    const { verdicts } = JSON.parse(again.stdout) as Result;
    expect(verdicts).toEqual(result.verdicts);
  });
});

describe('gate', { timeout: 120_000 }, () => {
  const gate = (variants: string, ...more: string[]) =>
    folder.run([
      'gate',
      scenario(),
      '--variants',
      variants,
      '--repeat',
      '2',
      '--workers',
      '1',
      ...more,
    ]);

  it('fails a change that slows real mail down, and tells CI where', async () => {
    const file = (name: string) => join(folder.path, name);
    const summary = folder.file('step.md', 'before\n');
    const ended = await folder.run(
      [
        ...['gate', scenario(), '--variants', 'stock,filtered', '--repeat', '3', '--workers', '1'],
        ...['--junit', file('j.xml'), '--tap', file('t.tap'), '--gitlab', file('g.json')],
        ...['--markdown', file('m.md'), '--github', '--out', folder.out()],
      ],
      { env: { GITHUB_STEP_SUMMARY: summary, GITHUB_RUN_ATTEMPT: '2' } },
    );
    expect(ended.exit).toBe(5);
    const line = SHORT.split('\n').findIndex((text) => text.includes('1.5x')) + 1;
    expect(ended.stderr).toMatch(
      new RegExp(
        `^::error file=.*short\\.yaml,line=${line},title=threshold failed::filtered: `,
        'm',
      ),
    );
    expect(readFileSync(file('j.xml'), 'utf8')).toContain(
      '<testsuites name="blowback" tests="2" failures="1" errors="0"',
    );
    expect(readFileSync(file('t.tap'), 'utf8')).toMatch(/^ok 1 - .*\nnot ok 2 - filtered: /m);
    expect(JSON.parse(readFileSync(file('g.json'), 'utf8'))).toHaveLength(1);
    expect(readFileSync(file('m.md'), 'utf8')).toMatch(/^### ❌ short: 1 of 2 thresholds failed/);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### ❌[\s\S]*This is attempt 2/);
  });

  it('does not fail a change of nothing', async () => {
    const { exit, stdout } = await gate('stock,again', '--out', folder.out());
    expect(exit).toBe(0);
    expect(stdout).toMatch(/exit 0: (every threshold holds|no threshold failed; inconclusive)/);
  });

  it.each([
    [
      'a misspelt metric',
      ['--threshold', 'legit.lots == 0'],
      /unknown metric "legit\.lots"; did you mean "legit\.lost"/,
    ],
    [
      'no threshold',
      ['--set', 'thresholds=[]'],
      /has no thresholds: there is nothing that could fail/,
    ],
    [
      'too few messages',
      ['--threshold', 'legit.latency.p99 < 1s in storm'],
      /too few messages for legit\.latency\.p99: 240 are planned/,
    ],
  ])('with %s ends before anything is played', async (_, args, message) => {
    const out = folder.out();
    const { exit, stderr } = await gate('stock,again', ...args, '--out', out);
    expect(exit).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  it('of a revision that does not exist ends before anything is played', async () => {
    const sides = ['--target', 'postfix', '--baseline-ref', 'nosuch', '--candidate', folder.path];
    const { exit, stderr } = await folder.run(['gate', scenario(), ...sides]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/config nosuch:/);
  });
});
