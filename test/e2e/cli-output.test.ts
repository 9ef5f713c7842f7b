// What the program says, and where: JSON for machines, lines for logs, a live view in a terminal.
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import { lacks } from './cli/needs.ts';
import { type Ended, Folder, readResultIn } from './cli/program.ts';
import { tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();
const ESCAPE = '\u001b';

describe('--json', () => {
  let out = '';
  let ended: Ended;
  let result: Result;
  beforeAll(async () => {
    out = folder.out();
    const variants = { stock: {}, rule: { victimRule: { reply: 554, text: 'no' } } };
    const path = folder.file('tiny.yaml', tinyScenario({ variants }));
    ended = await folder.run(['run', path, '--json', '--out', out, '--workers', '1']);
    result = JSON.parse(ended.stdout) as Result;
  });

  it('prints one document, the one in result.json, and words on standard error', () => {
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(result).toEqual(readResultIn(out));
    expect(ended.stderr).toMatch(/run 1\/2 stock: storm/);
    expect(ended.stderr).toMatch(/^exit \d: /m);
    expect(ended.stderr).not.toContain(ESCAPE);
  });

  it('has the keys of the contract', () => {
    expect(result).toMatchObject({
      blowback: expect.stringMatching(/^\d+\.\d+\.\d+/),
      format: 1,
      scenario: 'tiny',
      seed: 7,
      planDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      machine: { cores: expect.any(Number), node: process.version },
      target: { kind: 'embedded', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
      runs: [
        { variant: 'stock', repeat: 1 },
        { variant: 'rule', repeat: 1 },
      ],
      verdicts: [],
    });
    const units = new Set(['s', 'B', 'share', 'count', '/s', 'ms', 'ratio']);
    for (const run of result.runs) {
      expect(run.metrics.length).toBeGreaterThan(100);
      for (const { phase, metric, value, unit } of run.metrics) {
        expect(['warmup', 'calm', 'storm', 'recovery', 'run']).toContain(phase);
        expect(units).toContain(unit);
        expect(value, metric).toSatisfy(Number.isFinite);
      }
    }
  });

  it('names no figure twice, and every name that a threshold may use is there or told to be missing', () => {
    // Not in so short a storm, or not with this target: no STARTTLS, no log, too few messages after it,
    // no genuine bounce among the few before.
    const conditional =
      /^stage\.starttls\.|^reject\.log_bytes$|^recovery\.seconds$|^(legit|actor\.legit)\.bounces\./;
    const known = metricsOf(result.actors);
    for (const run of result.runs) {
      const names = run.metrics.map(({ phase, metric }) => `${metric} in ${phase}`);
      expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
      const told = new Set([
        ...run.metrics.map(({ metric }) => metric),
        ...run.unavailable.map(({ metric }) => metric),
      ]);
      const silent = [...known.values()]
        .filter(({ name, measured }) => measured && !told.has(name) && !conditional.test(name))
        .map(({ name }) => name);
      expect(silent).toEqual([]);
    }
  });

  it('has histograms in µs beside the same quantiles in seconds', () => {
    const run = result.runs[0];
    const names = Object.keys(run?.histograms ?? {});
    expect(names).toContain('legit.latency in storm');
    expect(names).toContain('actor.bouncers.verdict');
    const histogram = decodeFromCompressedBase64(run?.histograms['attack.verdict in storm'] ?? '');
    const value = (name: string) =>
      run?.metrics.find(({ metric, phase }) => metric === name && phase === 'storm');
    expect(histogram.totalCount).toBe(value('attack.verdict.p99')?.n);
    for (const [name, q] of [
      ['p50', 50],
      ['p99', 99],
    ] as const) {
      const seconds = value(`attack.verdict.${name}`)?.value;
      expect(histogram.getValueAtPercentile(q) / 1e6).toBe(seconds);
    }
  });

  it('counts sessions as the plan, the outcomes and the ledger do', () => {
    for (const { metrics, outcomes, ledger } of result.runs) {
      const sum = (of: (name: string) => boolean) =>
        outcomes.filter(({ actor }) => of(actor)).reduce((all, { sessions }) => all + sessions, 0);
      const planned = (name: string) => result.actors.find((a) => a.name === name)?.planned;
      expect(sum((name) => name === 'bouncers')).toBe(planned('bouncers'));
      expect(ledger).toHaveLength(planned('legit') ?? 0);
      const storm = metrics.filter(({ phase }) => phase === 'storm');
      expect(storm.find(({ metric }) => metric === 'attack.planned')?.value).toBe(
        planned('bouncers'),
      );
    }
  });

  it('has the same plan with two workers', async () => {
    const path = folder.file('tiny-2.yaml', tinyScenario());
    const args = ['run', path, '--json', '--out', folder.out(), '--workers', '2'];
    const two = JSON.parse((await folder.run(args)).stdout) as Result;
    expect(two.planDigest).toBe(result.planDigest);
    const other = JSON.parse(
      (await folder.run([...args.slice(0, -4), '--set', 'seed=8', '--out', folder.out()])).stdout,
    ) as Result;
    expect(other.planDigest).not.toBe(result.planDigest);
  });
});

const noTerminal = lacks('script', '`script` of util-linux, for a pseudo-terminal', [
  ...['script', '--version'],
]);
describe.skipIf(noTerminal)('in a terminal of 80 columns', () => {
  let drawn = '';
  beforeAll(async () => {
    const path = folder.file('tiny.yaml', tinyScenario());
    const command = `stty cols 80 rows 24; '${process.execPath}' "$CLI" run '${path}' --out '${folder.out()}'`;
    const env = { CI: undefined, TERM: 'xterm-256color' };
    const before = ['sh', '-c', 'CLI=$2 exec script -qec "$0" /dev/null', command];
    drawn = (await folder.run([], { before, env })).stdout;
  });

  it('the live view hides the cursor, and shows it again before the summary', () => {
    const hidden = drawn.indexOf(`${ESCAPE}[?25l`);
    const shown = drawn.lastIndexOf(`${ESCAPE}[?25h`);
    expect(hidden).toBeGreaterThanOrEqual(0);
    expect(shown).toBeGreaterThan(hidden);
    expect(drawn.lastIndexOf(`${ESCAPE}[?25l`)).toBeLessThan(shown);
    expect(drawn.indexOf('result.json')).toBeGreaterThan(shown);
  });

  it('names the scenario, its phases and the time left, and no line is wider than the terminal', () => {
    for (const words of ['tiny', 'storm', 'left', 'real mail', 'target'])
      expect(drawn).toContain(words);
    const lines = drawn
      // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal codes are what is taken out
      .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '\r')
      .split(/[\r\n]+/);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });
});

describe('help', () => {
  it.each(['', 'run', 'validate', 'preview', 'scenarios', 'schema', 'report', 'doctor'])(
    'of `blowback %s` fits 80 columns',
    async (name) => {
      const command = name === '' ? [] : [name];
      const { exit, stdout } = await folder.run([...command, '--help'], {
        env: { COLUMNS: '200' },
      });
      expect(exit).toBe(0);
      expect(stdout).toContain('Usage: blowback');
      expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );
});
