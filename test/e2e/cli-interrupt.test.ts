// The program disturbed in mid-run: signals, a killed target, a full disk. Whatever happens, it ends,
// says so, and leaves nothing behind.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  childrenOf,
  codesOf,
  type Ended,
  Folder,
  isAlive,
  readResultIn,
  type Started,
  underWay,
  until,
} from './cli/program.ts';
import { BOUNCERS, LEGIT, LONG, tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();

interface InMidRun extends Started {
  readonly out: string;
  /** The embedded target's process. */
  readonly children: readonly number[];
}

async function startLong(changes: Readonly<Record<string, unknown>> = {}): Promise<InMidRun> {
  const path = folder.file('long.yaml', tinyScenario({ phases: LONG, ...changes }));
  const out = folder.out();
  const started = folder.start(['run', path, '--out', out]);
  await underWay(out);
  const children = childrenOf(started.pid);
  // Else the assertions that it is gone afterwards could not fail.
  expect(children).toHaveLength(1);
  return { ...started, out, children };
}

async function expectNothingLeft({ children }: InMidRun): Promise<void> {
  await until('every child process gone', () => !children.some(isAlive));
  expect(readdirSync(folder.temporary)).toEqual([]);
}

function expectNoBug({ stderr }: Ended): void {
  expect(stderr).not.toContain('a bug in blowback');
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('in mid-run', () => {
  it('result.json can be read, holds the run so far, and does not say that it is finished', async () => {
    const run = await startLong();
    const result = readResultIn(run.out);
    expect(result).toMatchObject({ format: 1, scenario: 'tiny', runs: [{ valid: false }] });
    expect(result).not.toHaveProperty('finishedAt');
    expect(codesOf(result)).toEqual(['unfinished']);
    const seconds = result.runs[0]?.timeline.length ?? 0;
    await until('a longer time line', () => {
      return (readResultIn(run.out).runs[0]?.timeline.length ?? 0) > seconds;
    });
    run.child.kill('SIGKILL');
    await run.ended;
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'one %s drains, writes what was measured, and ends with 130',
    async (signal) => {
      const run = await startLong();
      run.child.kill(signal);
      const ended = await run.ended;
      expect(ended.exit).toBe(130);
      const result = readResultIn(run.out);
      expect(result.finishedAt).toBeDefined();
      expect(codesOf(result)).toContain('interrupted');
      expect(result.runs[0]?.valid).toBe(false);
      // Drained: no session was cut, and no accepted mail is missing.
      expect(result.runs[0]?.outcomes.filter(({ state }) => state === 'cut')).toEqual([]);
      expect(result.runs[0]?.ledger.length).toBeGreaterThan(5);
      expect(result.runs[0]?.ledger.filter(({ state }) => state !== 'delivered')).toEqual([]);
      expect(ended.stdout).toContain('exit 130: interrupted');
      expectNoBug(ended);
      await expectNothingLeft(run);
    },
  );

  it('a second SIGINT does not wait for the drain, and still cleans up', async () => {
    // Sessions that hang for a minute, and a drain that would wait for them.
    const run = await startLong({
      phases: { ...LONG, drain: '60s' },
      target: { kind: 'embedded', tuning: { recipients: { table: 'ldap', wait: '60s' } } },
      actors: { legit: LEGIT, bouncers: { ...BOUNCERS, patience: '10m' } },
    });
    await until('sessions in flight', () => {
      return (readResultIn(run.out).runs[0]?.timeline.at(-1)?.inFlight ?? 0) > 0;
    });
    run.child.kill('SIGINT');
    await until('the drain', () => run.said.stderr.includes('draining'));
    run.child.kill('SIGINT');
    const ended = await run.ended;
    expect(ended.exit).toBe(130);
    expect(codesOf(readResultIn(run.out))).toContain('interrupted');
    expectNoBug(ended);
    await expectNothingLeft(run);
  });

  it('SIGKILL leaves no process and no temporary file, and a result that can be read', async () => {
    const run = await startLong();
    run.child.kill('SIGKILL');
    expect((await run.ended).exit).toBe('SIGKILL');
    await expectNothingLeft(run);
    expect(codesOf(readResultIn(run.out))).toEqual(['unfinished']);
  });

  it('a killed target ends the run, the result says how it died, and the next variant is played', async () => {
    const run = await startLong({
      phases: { ...LONG, storm: '4s' },
      variants: { stock: {}, other: { workers: 10 } },
    });
    process.kill(run.children[0] ?? 0, 'SIGKILL');
    const ended = await run.ended;
    expect(ended.exit).toBe(6);
    const { runs, actors } = readResultIn(run.out);
    const [first, second] = runs;
    expect(first?.valid).toBe(false);
    // Nothing was sent to the dead any more: the storm was broken off.
    const sent = first?.outcomes.reduce((sum, { sessions }) => sum + sessions, 0);
    expect(sent).toBeLessThan(actors.reduce((sum, { planned }) => sum + planned, 0));
    expect(first?.warnings.find(({ code }) => code === 'target-died')?.text).toMatch(
      /the embedded target died: its process ended with SIGKILL/,
    );
    expect(second?.variant).toBe('other');
    expect(second?.warnings.map(({ code }) => code)).not.toContain('target-died');
    expectNoBug(ended);
    await expectNothingLeft(run);
  });
});

describe('while the target starts', () => {
  it('Ctrl-C, which reaches the whole process group, ends with 130 and leaves nothing', async () => {
    const path = folder.file('long.yaml', tinyScenario({ phases: LONG }));
    const out = folder.out();
    const options = { ownGroup: true };
    const started = folder.start(['run', path, '--out', out, '--workers', '2'], options);
    const target = () => childrenOf(started.pid)[0];
    await until('a target process', () => target() !== undefined);
    const child = target() ?? 0;
    process.kill(-started.pid, 'SIGINT');
    const ended = await started.ended;
    expect(ended.exit).toBe(130);
    expectNoBug(ended);
    await until('the target gone', () => !isAlive(child));
    // A run that never began must not be told in seconds since the machine was started.
    const seconds = readResultIn(out).runs.map((run) => run.timeline.length);
    expect(Math.max(0, ...seconds)).toBeLessThan(60);
  });
});

describe('after the end', () => {
  it('a good run leaves no temporary file and no half-written one', async () => {
    const path = folder.file('short.yaml', tinyScenario());
    const out = folder.out();
    await folder.run(['run', path, '--out', out]);
    expect(readdirSync(folder.temporary)).toEqual([]);
    expect(readdirSync(out).sort()).toEqual(['report.html', 'result.json', 'summary.md']);
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('</html>');
  });
});
