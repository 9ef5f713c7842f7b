// A directory of a git revision as files. By `git cat-file`, since `git archive` would leave out what the
// repository's attributes tell it to.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { programPath } from '../../world/programs.ts';

const GIT = { name: 'git', debianPackage: 'git' } as const;
const MOST_BYTES = 512 * 2 ** 20;

interface Revision {
  readonly git: string;
  readonly path: string;
  readonly from: string;
}

interface TreeFile {
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

/** @throws UserError (2) in git's words when there is no such revision or path. */
export function findTree({ git, path, from }: Revision): { readonly files: readonly TreeFile[] } {
  // Not with --verify, which knows one answer to all mistakes. That a revision is no flag: the schema.
  const name = `${git}:${path === '.' ? './' : path.replace(/\/+$/, '')}`;
  const id = ask(from, ['rev-parse', name], name).toString().trim();
  const kind = ask(from, ['cat-file', '-t', id], name).toString().trim();
  if (kind !== 'tree') throw unusable(name, `it is a ${kind}, not a directory`);
  const listing = ask(from, ['ls-tree', '-r', '-z', '--full-tree', id], name).toString();
  return { files: parseListing(listing) };
}

/** `<mode> <kind> <id>\t<path>`, each ended by a NUL, git-ls-tree(1). */
function parseListing(listing: string): TreeFile[] {
  return listing
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = ''] = line.slice(0, tab).split(' ');
      return { mode, id, path: line.slice(tab + 1) };
    });
}

/** Writes the files; they belong to this user, and all may read them. */
export function extractTree(revision: Revision, to: string): void {
  mkdirSync(to, { recursive: true });
  // Postfix' tables are read by processes of its own user.
  chmodSync(to, 0o755);
  const name = `${revision.git}:${revision.path}`;
  const files = findTree(revision).files.filter(({ mode }) => mode !== '160000');
  const input = files.map(({ id }) => `${id}\n`).join('');
  let rest = ask(revision.from, ['cat-file', '--batch'], name, input);
  for (const { mode, path } of files) {
    // `<id> blob <size>`, a line break, the content, a line break.
    const end = rest.indexOf('\n');
    const size = Number(rest.toString('latin1', 0, end).split(' ')[2]);
    const content = rest.subarray(end + 1, end + 1 + size);
    rest = rest.subarray(end + 2 + size);
    const file = join(to, path);
    mkdirSync(dirname(file), { recursive: true });
    if (mode === '120000') link(name, path, content.toString(), file);
    else writeFileSync(file, content);
    if (mode === '100755') chmodSync(file, 0o755);
  }
}

/** What lies outside the directory is not at hand: the revision's other files are not extracted. */
function link(name: string, path: string, to: string, file: string): void {
  if (!posix.isAbsolute(to) && posix.join(posix.dirname(path), to).startsWith('..')) {
    throw unusable(name, `its ${path} is a link to ${to}, outside that directory`);
  }
  symlinkSync(to, file);
}

function ask(from: string, args: readonly string[], name: string, input = ''): Buffer {
  // As root git refuses other people's repositories, for the sake of hooks that nothing here runs.
  const { status, stdout, stderr, error } = spawnSync(
    programPath(GIT),
    ['-c', 'safe.directory=*', ...args],
    { cwd: resolve(from), input, maxBuffer: MOST_BYTES },
  );
  if (status === 0) return stdout;
  throw unusable(name, stderr?.toString().split('\n')[0] || String(error));
}

function unusable(name: string, why: string): UserError {
  return new UserError(`config ${name}: ${why.replace(/^fatal: /, '')}`, {
    exitCode: EXIT.usage,
    hint: "git is a revision in the repository of the scenario's folder, path a directory as in `git show main:etc/postfix`.",
  });
}
