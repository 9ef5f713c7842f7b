// `blowback recipients build` as cron runs it: tables on disk, exit codes, what it says, and what is left
// when it is killed.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Folder, until } from './cli/program.ts';

/** Other people's readers of cdb files. */
const TINYCDB = 'cdb';
const POSTMAP = 'postmap';

const folder = new Folder();
const build = (...args: string[]) => folder.run(['recipients', 'build', ...args]);
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
const leftovers = () => readdirSync(folder.path).filter((name) => name.includes('.blowback-'));

function isThere(program: string, word: string): boolean {
  if (spawnSync(program, ['-h']).error === undefined) return true;
  if (process.env['BLOWBACK_REQUIRE']?.includes(word)) throw new Error(`${program} is missing`);
  console.warn(`skipped: ${program} is missing (install ${word})`);
  return false;
}

describe('a table of recipients', () => {
  it('is written, silently, and left alone when nothing has changed', async () => {
    const list = folder.file('list', 'Jim@xman.test\nann@xman.test\n');
    expect(await build('--from', list, '--to', 'quiet.txt')).toEqual({
      exit: 0,
      stdout: '',
      stderr: '',
    });
    expect(read('quiet.txt')).toBe('jim@xman.test\nann@xman.test\n');
    const { ino } = statSync(join(folder.path, 'quiet.txt'));
    const again = await build('--from', list, '--to', 'quiet.txt', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ outcome: 'unchanged', addresses: 2, exit: 0 });
    expect(statSync(join(folder.path, 'quiet.txt')).ino).toBe(ino);
    expect(leftovers()).toEqual([]);
  });

  it('keeps the mode of the old one', async () => {
    const old = folder.file('mode', 'x@xman.test OK\n');
    chmodSync(old, 0o640);
    await build('--from', folder.file('m.txt', 'x@xman.test\ny@xman.test\n'), '--to', old);
    expect(read('mode')).toBe('x@xman.test OK\ny@xman.test OK\n');
    expect(statSync(old).mode & 0o777).toBe(0o640);
  });

  it('names what it leaves out; with --strict it is not written', async () => {
    const list = folder.file('odd.txt', 'a@xman.test\nb b@xman.test\na@xman.test\n');
    const ended = await build('--from', list, '--to', 'odd.cdb');
    expect(ended.exit).toBe(0);
    expect(ended.stderr).toMatch(
      /odd\.txt:2: b: it has no domain\n.*odd\.txt:3: a@xman.test: it is there/,
    );
    const strict = await build('--from', list, '--to', 'strict.cdb', '--strict');
    expect(strict.exit).toBe(2);
    expect(existsSync(join(folder.path, 'strict.cdb'))).toBe(false);
  });

  it.each([
    ['loses more than a fifth', 'a@xman.test\n', [], 5],
    ['is empty', '# nobody\n', [], 5],
    ['is empty though it may shrink', '# nobody\n', ['--allow-shrink'], 5],
    ['loses what it may', 'a@xman.test\n', ['--allow-shrink', '75%'], 0],
    ['loses more than it may', 'a@xman.test\n', ['--allow-shrink', '50%'], 5],
    ['is empty and may be', '# nobody\n', ['--allow-empty'], 0],
    ['has as many, but other addresses', 'e@x.test\nf@x.test\ng@x.test\nh@x.test\n', [], 5],
  ])('that %s ends as it should', async (_, text, flags, exit) => {
    const four = 'a@xman.test\nb@xman.test\nc@xman.test\nd@xman.test\n';
    folder.file('old.txt', four);
    const ended = await build('--from', folder.file('new', text), '--to', 'old.txt', ...flags);
    expect(ended.exit).toBe(exit);
    if (exit === 5) expect(ended.stderr).toContain('refused');
    expect(read('old.txt') === four).toBe(exit === 5);
  });

  it('says in a dry run what would change', async () => {
    folder.file('dry.txt', 'a@x.test\nb@x.test\nc@x.test\nd@x.test\ne@x.test\n');
    const list = folder.file('dry', 'a@x.test\nb@x.test\nc@x.test\nd@x.test\nf@x.test\n');
    const { stdout, exit } = await build('--from', list, '--to', 'dry.txt', '--dry-run');
    expect(stdout).toBe(
      'dry.txt would be written: 5 addresses\n  added: 1 (f@x.test)\n  removed: 1 (e@x.test)\n',
    );
    expect(exit).toBe(0);
    expect(read('dry.txt')).toContain('e@x.test');
  });

  it.each([
    ['a source that is not there', ['--from', 'absent', '--to', 't'], 3, /absent/],
    ['a folder that is not there', ['--from', 'src', '--to', 'no/t'], 3, /cannot write/],
    [
      'a server that is not there',
      ['--from', 'ldap://127.0.0.1:1/dc=x', '--to', 't'],
      3,
      /REFUSED/,
    ],
    ['a wrong URL', ['--from', 'ldap://h/??x', '--to', 't'], 2, /scope/],
    ['a wrong filter', ['--from', 'ldap://127.0.0.1/???(a)', '--to', 't'], 2, /filter/],
    [
      'a name without its password',
      ['--from', 'ldap://127.0.0.1', '--to', 't', '--bind-dn', 'cn=x'],
      2,
      /password/,
    ],
    ['a share that is none', ['--from', 'src', '--to', 't', '--allow-shrink', 'much'], 2, /share/],
    ['a damaged table', ['--from', 'src', '--to', 'damaged.cdb'], 3, /no complete cdb/],
  ])('of %s is a clear error', async (_, args, exit, words) => {
    folder.file('src', 'a@xman.test\n');
    folder.file('damaged.cdb', 'x'.repeat(3000));
    const ended = await build(...args);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
    expect(ended.exit).toBe(exit);
  });

  it('is whole after a kill, and the next run clears what was left', async () => {
    const old = folder.file('killed.txt', 'old@xman.test\n');
    const lines = Array.from({ length: 400_000 }, (_, i) => `user.${i}@xman.test`);
    const list = folder.file('many', `old@xman.test\n${lines.join('\n')}\n`);
    const run = folder.start(['recipients', 'build', '--from', list, '--to', old]);
    await new Promise<void>((resolve) => {
      const look = () => (leftovers().length > 0 ? resolve() : setImmediate(look));
      look();
    });
    run.child.kill('SIGKILL');
    expect((await run.ended).exit).toBe('SIGKILL');
    expect(leftovers()).toHaveLength(1);
    expect(read('killed.txt')).toBe('old@xman.test\n');
    expect((await build('--from', list, '--to', old)).exit).toBe(0);
    expect(leftovers()).toEqual([]);
    expect(read('killed.txt').split('\n')).toHaveLength(400_002);
  });

  it('that two write at once is whole, and leaves nothing beside it', async () => {
    const list = folder.file(
      'both',
      Array.from({ length: 50_000 }, (_, i) => `u${i}@x.test`).join('\n'),
    );
    const ended = await Promise.all([1, 2, 3].map(() => build('--from', list, '--to', 'both.txt')));
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    expect(read('both.txt')).toBe(`${read('both')}\n`);
    expect(leftovers()).toEqual([]);
  });

  it('is kept fresh: a change is taken up, a failure is said once, and a signal ends it well', async () => {
    const list = folder.file('watched', 'a@xman.test\n');
    const run = folder.start([
      'recipients',
      'build',
      '--from',
      list,
      '--to',
      'w.txt',
      '--watch',
      '30ms',
    ]);
    const becomes = (text: string) =>
      until(text, () => existsSync(join(folder.path, 'w.txt')) && read('w.txt') === text);
    await becomes('a@xman.test\n');
    renameSync(list, `${list}-away`);
    await until('a failure', () => run.said.stderr.includes('cannot read'));
    writeFileSync(list, 'a@xman.test\nb@xman.test\n');
    await becomes('a@xman.test\nb@xman.test\n');
    run.child.kill('SIGTERM');
    const { exit, stderr } = await run.ended;
    expect(exit).toBe(0);
    expect(stderr.match(/cannot read/g)).toHaveLength(1);
    expect(stderr).toContain('can be built again');
  });
});

describe('a cdb of recipients', () => {
  const text = 'jim@xman.test\n"john doe"@xman.test\n#odd@xman.test x\n';
  const written = async () => {
    const list = folder.file('for-cdb', text);
    await build('--from', list, '--to', 'r.cdb');
    return join(folder.path, 'r.cdb');
  };

  it.runIf(isThere(TINYCDB, 'tinycdb'))('is read by tinycdb', async () => {
    const path = await written();
    const ask = (key: string) => spawnSync(TINYCDB, ['-q', path, key]).stdout.toString();
    expect([ask('jim@xman.test'), ask('"john doe"@xman.test'), ask('x@xman.test')]).toEqual([
      'OK',
      'OK',
      '',
    ]);
  });

  it.runIf(isThere(POSTMAP, 'postfix'))('is read by Postfix, in any case', async () => {
    const path = (await written()).replace(/\.cdb$/, '');
    const { stdout } = spawnSync(POSTMAP, ['-q', 'JIM@xman.test', `cdb:${path}`]);
    expect(stdout.toString()).toBe('OK\n');
  });
});
