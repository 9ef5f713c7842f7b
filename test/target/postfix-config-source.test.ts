// Where a configuration comes from: directories and git revisions, what is copied of them and how, and
// what is wrong with those that cannot be taken.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserError } from '../../src/errors.ts';
import { copyTree } from '../../src/target/postfix/config-copy.ts';
import { examineSource } from '../../src/target/postfix/config-source.ts';
import { extractTree } from '../../src/target/postfix/git-tree.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  mkdirSync(join(folder, 'etc'));
  for (const name of ['main.cf', 'master.cf'])
    writeFileSync(join(folder, 'etc', name), `# ${name}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (...path: string[]) => join(folder, ...path);
const copied = (...path: string[]) => join(folder, 'copy', ...path);

function errorOf(action: () => void): Pick<UserError, 'message' | 'exitCode'> {
  try {
    action();
  } catch (error) {
    const { message, exitCode } = error as UserError;
    return { message, exitCode };
  }
  throw new Error('nothing was thrown');
}

/** Root may read everything. */
function asNobody(action: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('a directory', () => {
  const examine = (path: string) => () => examineSource({ path, from: folder });

  it('with both files is taken, by a path from its folder', () => {
    expect(examine('etc')).not.toThrow();
    expect(examine('./etc/')).not.toThrow();
  });

  it.each<[string, () => void, RegExp, number]>([
    ['is not there', () => rmSync(inFolder('etc'), { recursive: true }), /there is no .*\/etc$/, 2],
    ['lacks main.cf', () => rmSync(inFolder('etc', 'main.cf')), /has no main\.cf$/, 2],
    [
      'lacks both',
      () => {
        rmSync(inFolder('etc', 'main.cf'));
        rmSync(inFolder('etc', 'master.cf'));
      },
      /has no main\.cf and no master\.cf$/,
      2,
    ],
    ['leads out to itself', () => symlinkSync('..', inFolder('etc', 'loop')), /link to itself/, 2],
  ])('that %s is an error', (_title, spoil, message, exitCode) => {
    spoil();
    expect(errorOf(examine('etc'))).toEqual({ message: expect.stringMatching(message), exitCode });
  });

  it('with a file that may not be read is an error that names it', () => {
    chmodSync(folder, 0o755);
    chmodSync(inFolder('etc', 'master.cf'), 0o000);
    const error = errorOf(() => asNobody(examine('etc')));
    const path = inFolder('etc', 'master.cf');
    expect(error).toEqual({ message: expect.stringContaining(`cannot read ${path}`), exitCode: 3 });
  });

  it('that is a file is an error', () => {
    expect(errorOf(examine('etc/main.cf'))).toMatchObject({ exitCode: 2 });
  });
});

describe('the copy of a directory', () => {
  it('has its modes, times and links; what leads out of it is followed', () => {
    writeFileSync(inFolder('aliases'), 'root: anna\n');
    mkdirSync(inFolder('etc', 'sub'));
    writeFileSync(inFolder('etc', 'sub', 'key'), 'k');
    chmodSync(inFolder('etc', 'sub', 'key'), 0o600);
    utimesSync(inFolder('etc', 'sub', 'key'), 1e9, 1e9);
    symlinkSync('../aliases', inFolder('etc', 'aliases'));
    symlinkSync(inFolder('aliases'), inFolder('etc', 'absolute'));
    symlinkSync('sub/key', inFolder('etc', 'inside'));
    symlinkSync('/nowhere/at/all', inFolder('etc', 'dangling'));
    copyTree(inFolder('etc'), copied());
    expect(readFileSync(copied('aliases'), 'utf8')).toBe('root: anna\n');
    expect(lstatSync(copied('aliases')).isFile()).toBe(true);
    expect(lstatSync(copied('absolute')).isFile()).toBe(true);
    expect(readlinkSync(copied('inside'))).toBe('sub/key');
    expect(readlinkSync(copied('dangling'))).toBe('/nowhere/at/all');
    const { mode, mtimeMs } = statSync(copied('sub', 'key'));
    expect([mode & 0o777, mtimeMs]).toEqual([0o600, 1e12]);
  });

  it('that would not fit is an error before a byte is copied', () => {
    writeFileSync(inFolder('etc', 'huge'), '');
    truncateSync(inFolder('etc', 'huge'), 2 ** 43);
    mkdirSync(copied());
    expect(errorOf(() => copyTree(inFolder('etc'), copied()))).toEqual({
      message: expect.stringMatching(/takes 8,796,094 MB; the laboratory has room for [\d,]+ MB/),
      exitCode: 3,
    });
  });
});

describe('a git revision', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.test', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const source = (revision: string, path: string) => ({ git: revision, path, from: folder });

  beforeEach(() => {
    git('init', '-q', '-b', 'main');
    writeFileSync(inFolder('.gitattributes'), 'etc/secret export-ignore\n');
    writeFileSync(inFolder('etc', 'secret'), Buffer.from([0, 10, 255, 10]));
    symlinkSync('main.cf', inFolder('etc', 'link'));
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    writeFileSync(inFolder('etc', 'main.cf'), '# changed\n');
  });

  it.each(['etc', 'etc/', './etc'])('is taken as it was committed, by %s', (path) => {
    expect(() => examineSource(source('main', path))).not.toThrow();
    mkdirSync(copied(), { mode: 0o700 });
    extractTree(source('main', path), copied());
    // Postfix' own user reads it.
    expect(statSync(copied()).mode & 0o777).toBe(0o755);
    expect(readFileSync(copied('main.cf'), 'utf8')).toBe('# main.cf\n');
    expect([...readFileSync(copied('secret'))]).toEqual([0, 10, 255, 10]);
    expect(readlinkSync(copied('link'))).toBe('main.cf');
  });

  it.each([
    ['nosuch', 'etc', /^config nosuch:etc: .*'nosuch'/],
    ['main', 'nosuch', /^config main:nosuch: .*path 'nosuch' does not exist in 'main'/],
    ['main', 'etc/main.cf', /it is a blob, not a directory/],
    ['main', '.', /^config main:\. has no main\.cf and no master\.cf/],
  ])('%s:%s that is none is an error in git’s words', (revision, path, message) => {
    const error = errorOf(() => examineSource(source(revision, path)));
    expect(error).toEqual({ message: expect.stringMatching(message), exitCode: 2 });
  });

  it('with a link out of the directory is an error that names it', () => {
    symlinkSync('../aliases', inFolder('etc', 'aliases'));
    git('add', '.');
    git('commit', '-q', '-m', 'two');
    expect(errorOf(() => extractTree(source('main', 'etc'), copied())).message).toMatch(
      /its aliases is a link to \.\.\/aliases, outside that directory/,
    );
  });

  it('outside a repository is an error', () => {
    rmSync(inFolder('.git'), { recursive: true });
    const error = errorOf(() => examineSource(source('main', 'etc')));
    expect(error).toEqual({ message: expect.stringMatching(/not a git repository/), exitCode: 2 });
  });
});
