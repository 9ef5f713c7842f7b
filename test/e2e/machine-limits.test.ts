// A machine that runs out of ports or descriptors while a run goes on: counted, shown, inconclusive,
// and no crash. Needs root for a network of its own, and prlimit to take descriptors away.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { lacks } from './cli/needs.ts';
import { childrenOf, codesOf, type Ended, Folder, readResultIn, until } from './cli/program.ts';
import { LEGIT, tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();

/** A network in which an address has so many ports. */
function ports(count: number): string[] {
  const script = `ip link set lo up && echo 40000 ${39_999 + count} > /proc/sys/net/ipv4/ip_local_port_range && exec "$0" "$@"`;
  return ['unshare', '--net', 'sh', '-c', script];
}

/** Bots leave without QUIT: they hang up first, and their ports stay taken for a minute. */
const BOTS = { kind: 'bot', rate: '60/s', patience: '10s', concurrency: 30 } as const;
const PHASES = { warmup: '0s', calm: '300ms', storm: '3s', recovery: '200ms', drain: '4s' };

const scenario = (changes: Readonly<Record<string, unknown>>): string =>
  tinyScenario({ phases: PHASES, actors: { legit: LEGIT, bots: BOTS }, ...changes });

const ONE_HOST = {
  world: { domain: 'xman.test', victim: 'v@xman.test', mailboxes: 5, sources: 1, roundTrip: 0 },
};

function sessionsIn(result: Result, actor: string, state: string): number {
  return result.runs
    .flatMap(({ outcomes }) => outcomes)
    .filter((row) => row.actor === actor && row.state === state)
    .reduce((sum, row) => sum + row.sessions, 0);
}

function expectInconclusive({ exit, stderr, stdout }: Ended): void {
  expect(`${stdout}${stderr}`).not.toMatch(/\n {4}at |a bug in blowback/);
  expect(exit, stderr).toBe(6);
}

const noNetwork = lacks('root', 'a network with few ports', ports(50));
describe.skipIf(noNetwork)('a client address with too few ports', () => {
  it('is warned of before, told when it happens, counted, and makes the run inconclusive', async () => {
    const out = folder.out();
    const path = folder.file('ports.yaml', scenario(ONE_HOST));
    const ended = await folder.run(['run', path, '--out', out], { before: ports(50) });
    expectInconclusive(ended);
    expect(ended.stderr).toMatch(
      /^warning: 180 sessions within 60 s come from its busiest client address, which has 50 ports/m,
    );
    const told = /^warning: \d+ sessions? failed on this machine \(EADDRINUSE: no port left\)/m;
    expect(ended.stderr).toMatch(told);
    const result = readResultIn(out);
    expect(codesOf(result)).toContain('machine-fault');
    expect(codesOf(result)).not.toContain('unsent');
    const unsent = sessionsIn(result, 'bots', 'unsent');
    // The retries of some bots are further sessions, which need not have failed.
    expect(unsent).toBeGreaterThan(60);
    const failed = unsent + sessionsIn(result, 'legit', 'unsent');
    expect(result.runs[0]?.warnings.map((one) => one.text)).toContainEqual(
      expect.stringContaining(`${failed} sessions failed on this machine (EADDRINUSE: no port`),
    );
    for (const { what, ours, theirs } of result.runs[0]?.books ?? [])
      expect([what, ours]).toEqual([what, theirs]);
    expect(ended.stdout).toContain(`${failed} sessions failed on this machine`);
  });

  it('is an error before the run when it cannot hold the sessions at once', async () => {
    const path = folder.file('few.yaml', scenario(ONE_HOST));
    const ended = await folder.run(['run', path, '--out', folder.out()], { before: ports(10) });
    expect(ended.exit, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(
      /20 sessions open at once from .* has 10 ports \(40000 to 40009\)/,
    );
    expect(ended.stderr).toContain('sysctl -w net.ipv4.ip_local_port_range=');
  });

  it('does no harm where clients are told: their sessions come from many addresses', async () => {
    const out = folder.out();
    const path = folder.file(
      'told.yaml',
      scenario({
        ...ONE_HOST,
        target: { kind: 'embedded', client: 'xclient', tuning: { workers: 50 } },
      }),
    );
    const ended = await folder.run(['run', path, '--out', out], { before: ports(50) });
    expect([0, 6], ended.stderr).toContain(ended.exit);
    expect(ended.stderr).not.toMatch(/^warning/m);
    expect(sessionsIn(readResultIn(out), 'bots', 'unsent')).toBe(0);
  });
});

const noLimits = lacks('root', 'lowering the limit of open files', ['prlimit', '--nofile']);
describe.skipIf(noLimits)('a process whose file descriptors run out in mid-run', () => {
  // Each stays for seconds: a server of few words.
  const holding = scenario({
    phases: { ...PHASES, storm: '5s' },
    world: {
      domain: 'xman.test',
      victim: 'v@xman.test',
      mailboxes: 5,
      sources: 500,
      roundTrip: { median: '400ms', p99: '900ms' },
    },
    actors: { legit: LEGIT, bouncers: { kind: 'bouncer', rate: '60/s' } },
  });

  /** Takes descriptors from the program or its target, once the storm has begun. */
  async function starved(whose: 'program' | 'target', limit: number) {
    const out = folder.out();
    const path = folder.file(`${whose}.yaml`, holding);
    const started = folder.start(['run', path, '--out', out, '--workers', '1']);
    await until('the storm', () => started.said.stderr.includes(': storm'));
    const pid = whose === 'program' ? started.pid : childrenOf(started.pid)[0];
    spawnSync('prlimit', ['--pid', String(pid), `--nofile=${limit}:`]);
    return { ended: await started.ended, result: readResultIn(out) };
  }

  it('counts the sessions that its generator could not open, and still writes the result', async () => {
    const { ended, result } = await starved('program', 50);
    expectInconclusive(ended);
    expect(ended.stderr).toMatch(
      /^warning: \d+ sessions? failed on this machine \(EMFILE: no file descriptor left\)/m,
    );
    const failed = sessionsIn(result, 'bouncers', 'unsent') + sessionsIn(result, 'legit', 'unsent');
    expect(failed).toBeGreaterThan(20);
    expect(codesOf(result)).toContain('machine-fault');
    expect(result.finishedAt).toBeDefined();
    expect(ended.stdout).toContain(`${failed} sessions failed on this machine (EMFILE`);
  });

  it('does not pass for a mail server that refuses its clients', async () => {
    const { ended, result } = await starved('target', 40);
    expectInconclusive(ended);
    expect(codesOf(result)).not.toContain('target-died');
    expect(sessionsIn(result, 'bouncers', 'refused')).toBeGreaterThan(20);
    expect(codesOf(result)).toContain('target-fault');
    expect(ended.stderr).toMatch(/^warning: the mail server's process lacks file descriptors/m);
    expect(ended.stdout).toMatch(/lacked file\s+descriptors\s+\(EMFILE\),\s+seen \d+\s+times/);
  });
});
