// What this machine can do, asked of the built program: a real calibration, kept for later runs, and a
// plan of ten times as much.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  childrenOf,
  codesOf,
  type Ended,
  Folder,
  isAlive,
  readResultIn,
  until,
} from './cli/program.ts';
import { BOUNCERS, LEGIT, tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();

/** A cache of its own for each test that needs one. */
function cacheIn(name: string): { XDG_CACHE_HOME: string } {
  return { XDG_CACHE_HOME: join(folder.path, name) };
}

interface Found {
  readonly workers: number;
  readonly calibration: {
    readonly peak: { readonly rejected: number; readonly accepted: number };
    readonly lags: readonly {
      readonly perSecond: number;
      readonly p50Ms: number;
      readonly p99Ms: number;
    }[];
    readonly limitPerSecond: number;
    readonly bytesPerSession: number;
  } | null;
  readonly scenarios: readonly { readonly scenario: string; readonly state: string }[];
}

/** Many more sessions than fit under the in-flight limit, so that it costs little to send none of them. */
function flood(perSecond: number): string {
  const bouncers = { ...BOUNCERS, rate: `${perSecond}/s`, concurrency: 200, retry: 'none' };
  const phases = { warmup: '0s', calm: '300ms', storm: '1500ms', recovery: '0s', drain: '2s' };
  return folder.file(
    `flood-${perSecond}.yaml`,
    tinyScenario({ phases, actors: { legit: LEGIT, bouncers } }),
  );
}

describe('doctor --calibrate', () => {
  const env = () => cacheIn('calibrated');
  let ended: Ended;
  let found: Found;
  beforeAll(async () => {
    ended = await folder.run(['doctor', '--calibrate', '--json'], { env: env() });
    found = JSON.parse(ended.stdout) as Found;
  });

  it('ends with 0, with plausible figures, and tells its steps on standard error', () => {
    expect(ended.exit).toBe(0);
    expect(ended.stderr).toMatch(/^calibrating 1\/9: peak rate/);
    const { peak, lags, limitPerSecond, bytesPerSession } = found.calibration ?? {};
    // No machine is so slow, and none so fast.
    for (const rate of [peak?.rejected, peak?.accepted, limitPerSecond]) {
      expect(rate).toBeGreaterThan(50);
      expect(rate).toBeLessThan(1_000_000);
    }
    expect(lags).toHaveLength(3);
    for (const { perSecond, p50Ms, p99Ms } of lags ?? []) {
      expect(perSecond).toBeLessThan(limitPerSecond ?? 0);
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
    }
    // A socket and its buffers take more than a page or two, and no session a megabyte.
    expect(bytesPerSession).toBeGreaterThan(500);
    expect(bytesPerSession).toBeLessThan(1e6);
  });

  it('is remembered, by `doctor` and for its scenarios', async () => {
    const path = flood(10 * Math.ceil(found.calibration?.limitPerSecond ?? 0));
    const again = await folder.run(['doctor', '--json', 'deluge-2008', path], { env: env() });
    const { calibration, scenarios } = JSON.parse(again.stdout) as Found;
    expect(calibration).toEqual(found.calibration);
    expect(scenarios[1]).toMatchObject({ scenario: path, state: 'too-fast' });
    expect(again.exit).toBe(3);
  });

  it('lets a run of ten times as much say so in its first line and end with 6', async () => {
    const path = flood(10 * Math.ceil(found.calibration?.limitPerSecond ?? 0));
    const out = folder.out();
    const args = ['run', path, '--out', out, '--workers', String(found.workers)];
    const run = await folder.run(args, { env: env() });
    expect(run.stderr).toMatch(
      /^warning: this plan asks for [\d,]+ sessions\/s; this machine's generator holds [\d,]+\/s with \d workers? \(calibrated \d{4}-\d\d-\d\d\)\. Its result will probably be inconclusive \(exit 6\)\.\n/,
    );
    expect(run.exit).toBe(6);
    const result = readResultIn(out);
    expect(codesOf(result)).toContain('beyond-limit');
    expect(result.workers).toBe(found.workers);
  });
}, 90_000);

describe('without a calibration', () => {
  it('a run of very much measures first, warns in its first line and ends with 6', async () => {
    const out = folder.out();
    const run = await folder.run(['run', flood(100_000), '--out', out], { env: cacheIn('none') });
    expect(run.stderr).toMatch(
      /^warning: this plan asks for 100,[\d,]+ sessions\/s; .*\(measured just now; /,
    );
    expect(codesOf(readResultIn(out))).toContain('beyond-limit');
    expect(run.exit).toBe(6);
  });

  it('a modest run is not measured, and says how many workers it has', async () => {
    const path = folder.file('tiny.yaml', tinyScenario());
    const args = ['run', path, '--out', folder.out(), '--workers', '1'];
    const { stderr } = await folder.run(args, { env: cacheIn('none') });
    expect(stderr).toMatch(/^1 worker on \d+ cores?, /);
    expect(stderr).not.toContain('measured');
  });

  it('`doctor` says so, and that the built-in scenarios can be played all the same', async () => {
    const { exit, stdout } = await folder.run(['doctor'], { env: cacheIn('none') });
    expect(stdout).toContain('not calibrated yet');
    expect(stdout).toMatch(/✔ deluge-2008 .*: plays$/m);
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([]);
    expect(exit).toBe(0);
  });
});

describe('a cache that is of no use', () => {
  it.each([
    ['half a file', '{"format": 1,', 'it is no JSON'],
    ['a later format', '{"format": 9}', 'it has format 9, this blowback reads 2'],
  ])('(%s) is told and not used', async (_, text, reason) => {
    const env = cacheIn('broken');
    mkdirSync(join(env.XDG_CACHE_HOME, 'blowback'), { recursive: true });
    folder.file('broken/blowback/calibration.json', text);
    const { exit, stdout } = await folder.run(['doctor'], { env });
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`is not used: ${reason}`);
    expect(exit).toBe(0);
    expect(readFileSync(join(env.XDG_CACHE_HOME, 'blowback/calibration.json'), 'utf8')).toBe(text);
  });
});

describe('doctor', () => {
  it.each([
    ['a scenario that is not there', ['deluge-2009'], /did you mean "deluge-2008"/],
    ['no number of workers', ['--workers', '0'], /whole number from 1 to 64/],
    ['an unknown option', ['--calibrat'], /--calibrate/],
  ])('refuses %s with 2 before it measures anything', async (_, args, words) => {
    const { exit, stdout, stderr } = await folder.run(['doctor', '--calibrate', ...args]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(words);
    expect(stdout + stderr).not.toContain('calibrating');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends by %s in mid-calibration with 130, and leaves nothing',
    async (signal) => {
      const env = cacheIn(signal);
      const started = folder.start(['doctor', '--calibrate'], { env });
      await until('a load', () => started.said.stderr.includes('calibrating 2/'));
      const children = childrenOf(started.pid);
      expect(children).toHaveLength(1);
      started.child.kill(signal);
      const { exit, stdout, stderr } = await started.ended;
      expect(exit).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).toContain('interrupted: ');
      expect(stderr).not.toContain('a bug in blowback');
      await until('the server gone', () => !children.some(isAlive));
    },
  );
});
