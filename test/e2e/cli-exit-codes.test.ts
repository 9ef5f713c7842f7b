// What the program answers its caller: every exit code, brought about as a user would.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codesOf, Folder, readResultIn } from './cli/program.ts';
import { BOUNCERS, LEGIT, SLOW_BUT_SURE, tinyScenario } from './cli/tiny-scenario.ts';

const folder = new Folder();
const ESCAPE = '\u001b';

/** What a user's mistake looks like: words on standard error, no stack, nothing on standard output. */
function expectPlainError({ stdout, stderr }: { stdout: string; stderr: string }): void {
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('a bug in blowback');
}

describe('exit code 0', () => {
  it('is a run whose thresholds hold, with its three files written', async () => {
    const thresholds = ['legit.lost == 0', 'legit.delivered > 0 in storm', 'attack.rejected > 5'];
    const path = folder.file('good.yaml', tinyScenario({ target: SLOW_BUT_SURE, thresholds }));
    const out = folder.out();
    const { exit, stdout, stderr } = await folder.run(['run', path, '--out', out]);
    // What a hypervisor takes away is none of the run's doing.
    expect(codesOf(readResultIn(out)).filter((code) => code !== 'cpu-stolen')).toEqual([]);
    expect(stdout).toContain('exit 0: every threshold holds');
    expect(exit).toBe(0);
    for (const name of ['report.html', 'summary.md', 'result.json']) expect(stdout).toContain(name);
    expect(stdout + stderr).not.toContain(ESCAPE);
  });

  it.each([
    ['--help', 'Usage: blowback'],
    ['--version', '0.1.0'],
    ['scenarios', 'deluge-2008'],
  ])('is what `blowback %s` ends with', async (argument, words) => {
    const { exit, stdout } = await folder.run([argument]);
    expect(stdout).toContain(words);
    expect(exit).toBe(0);
  });
});

describe('exit code 2', () => {
  it('names every mistake of a scenario with its file, line and column', async () => {
    const text =
      'name: wrong\nactors:\n  legit: {kind: legit, rate: 5/parsec}\n  b: {kind: bounce}\n';
    const path = folder.file('wrong.yaml', text);
    const ended = await folder.run(['run', path]);
    expect(ended.exit).toBe(2);
    expect(ended.stderr).toMatch(/wrong\.yaml:3:30: .*5\/parsec/);
    expect(ended.stderr).toMatch(/wrong\.yaml:4:13: .*bounce.*did you mean "bouncer"/);
    expectPlainError(ended);
  });

  it.each([
    ['an unknown variant', ['--variant', 'stok'], /stok.*did you mean "stock"/s],
    [
      'a tuned variant against a server elsewhere',
      ['--target', '127.0.0.1:25'],
      /deluge-2008\.yaml:\d+:\d+: .*victim-rule.*tuning/,
    ],
    ['an unknown target', ['--target', 'postfux'], /postfux.*did you mean "postfix"/s],
    ['a number of workers that is none', ['--workers', 'many'], /whole number from 1 to 64/],
    ['an override of nothing', ['--set', 'world.sorces=1'], /sorces.*did you mean "sources"/s],
    [
      'a configuration for no Postfix',
      ['--config', '/etc'],
      /config: the embedded target .*postfix/,
    ],
    ['an unknown option', ['--varient', 'stock'], /--variant/],
  ])('is %s', async (_, args, words) => {
    const ended = await folder.run(['run', 'deluge-2008', ...args]);
    expect(ended.stderr).toMatch(words);
    expect(ended.exit).toBe(2);
    expectPlainError(ended);
  });

  it.each([
    ['an unknown command', ['rnu'], /rnu.*run/s],
    ['a scenario that is not there', ['run', 'deluge-2009'], /did you mean "deluge-2008"/],
    ['a file that is not there', ['run', './none.yaml'], /no file "\.\/none\.yaml"/],
    ['a report in a format of later', ['report', 'x', '-o', 'x.csv'], /\.csv is not supported yet/],
    ['a report in no format', ['report', 'x', '-o', 'x.pdf'], /is a \.html or a \.md file/],
  ])('is %s', async (_, args, words) => {
    const ended = await folder.run(args);
    expect(ended.stderr).toMatch(words);
    expect(ended.exit).toBe(2);
    expectPlainError(ended);
  });
});

describe('exit code 3', () => {
  it('is a place for results that lies under a file', async () => {
    const path = folder.file('tiny.yaml', tinyScenario());
    const ended = await folder.run(['run', path, '--out', join(path, 'results')]);
    expect(ended.stderr).toMatch(/cannot write .*tiny\.yaml.*\n.*--out/);
    expect(ended.exit).toBe(3);
    expectPlainError(ended);
  });

  it.each([
    ['the program itself', 100, 'blowback itself needs 256 file descriptors; the limit is 100'],
    ['what the scenario may hold open', 300, 'needs 304 file descriptors; the limit is 300'],
  ])('is a limit of file descriptors too low for %s', async (_, limit, words) => {
    const storm = { ...BOUNCERS, rate: '1000/s', concurrency: 199 };
    const path = folder.file(
      'wide.yaml',
      tinyScenario({ actors: { legit: { ...LEGIT, concurrency: 1 }, storm } }),
    );
    const before = ['bash', '-c', `ulimit -n ${limit}; exec "$0" "$@"`];
    const args = ['run', path, '--workers', '1', '--out', folder.out()];
    const ended = await folder.run(args, { before });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).toMatch(/\n {2}Raise it with `ulimit -n \d+`/);
    expect(ended.exit).toBe(3);
    expectPlainError(ended);
  });
});

describe('exit code 4', () => {
  it.each(['192.0.2.1:25', '[2001:db8::1]:25', '10.77.0.1:25', '0.0.0.0:25'])(
    'is a target at %s',
    async (target) => {
      const path = folder.file('plain.yaml', tinyScenario());
      const ended = await folder.run(['run', path, '--target', target, '--out', folder.out()]);
      expect(ended.stderr).toMatch(/refused: .*loopback/);
      expect(ended.exit).toBe(4);
      expectPlainError(ended);
    },
  );
});

describe('exit code 5', () => {
  it('is a threshold that a count cannot meet, named in the last line', async () => {
    const thresholds = ['legit.delivered == 0 in storm', 'legit.lost == 0'];
    const path = folder.file('failing.yaml', tinyScenario({ thresholds }));
    const { exit, stdout } = await folder.run(['run', path, '--out', folder.out()]);
    expect(stdout).toMatch(/exit 5: a threshold failed \(stock: legit\.delivered == 0 in storm\)/);
    expect(exit).toBe(5);
  });
});

describe('exit code 6', () => {
  it('is a storm that mostly did not fit under its in-flight limit', async () => {
    const actors = { legit: LEGIT, bouncers: { ...BOUNCERS, concurrency: 1 } };
    const tuning = { recipients: { table: 'ldap', wait: '200ms' } };
    const path = folder.file(
      'crowded.yaml',
      tinyScenario({ actors, target: { kind: 'embedded', tuning } }),
    );
    const out = folder.out();
    const { exit, stdout } = await folder.run(['run', path, '--out', out]);
    const result = readResultIn(out);
    expect(exit).toBe(6);
    expect(stdout).toContain('exit 6: inconclusive');
    expect(codesOf(result)).toContain('unsent');
    const value = (name: string) =>
      result.runs[0]?.metrics.find((m) => m.metric === name && m.phase === 'storm')?.value ??
      Number.NaN;
    // Every planned session is accounted for: it was started, or counted as unsent.
    expect(value('attack.unsent')).toBeGreaterThan(10);
    expect(value('attack.sessions') + value('attack.unsent')).toBe(value('attack.planned'));
  });
});

describe('the folder that a command is started in', () => {
  it('stays as it was when the command line is wrong', async () => {
    const empty = join(folder.path, 'empty');
    mkdirSync(empty);
    const before = ['env', '-C', empty];
    const { exit } = await folder.run(['run', 'deluge-2008', '--variant', 'none'], { before });
    expect(exit).toBe(2);
    expect(readdirSync(empty)).toEqual([]);
  });
});
