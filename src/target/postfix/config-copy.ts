// Copies a configuration directory with modes, owners and times. A link that leads out of it is followed,
// since the copy stands elsewhere; one that leads nowhere stays as it is, for Postfix to complain of.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  lchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';

/** Far above any configuration: a link to a whole file system is not one. */
const MOST_FILES = 20_000;

type Entry =
  | { readonly kind: 'directory' | 'file'; readonly path: string; readonly stats: Stats }
  | { readonly kind: 'link'; readonly path: string; readonly to: string };

/** @throws UserError (3) that names the first file that cannot be read, or says that all is too much. */
export function requireReadable(directory: string): void {
  for (const entry of entriesOf(directory)) {
    if (entry.kind === 'link') continue;
    // To open it is the only question that all file systems answer rightly.
    reading(join(directory, entry.path), (file) => closeSync(openSync(file, 'r')));
  }
}

/** @throws UserError (3) when a file cannot be read or the copy does not fit. */
export function copyTree(from: string, to: string): void {
  const entries = entriesOf(from);
  mkdirSync(to, { recursive: true });
  requireRoom(entries, from, to);
  for (const entry of entries) {
    const path = join(to, entry.path);
    if (entry.kind === 'link') symlinkSync(entry.to, path);
    else if (entry.kind === 'directory') mkdirSync(path, { recursive: true });
    else reading(join(from, entry.path), (file) => copyFileSync(file, path));
  }
  // A directory's time changes with every file in it, so that these come last.
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'link') like(entry.stats, join(to, entry.path));
  }
}

function like({ uid, gid, mode, atimeMs, mtimeMs }: Stats, path: string): void {
  lchownSync(path, uid, gid);
  chmodSync(path, mode & 0o7777);
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

/** Directories before what is in them. Sockets, devices and pipes are no configuration. */
function entriesOf(root: string): Entry[] {
  const real = realpathSync(root);
  const entries: Entry[] = [{ kind: 'directory', path: '.', stats: statSync(real) }];
  const walk = (directory: string, above: readonly string[]): void => {
    for (const name of reading(join(root, directory), (path) => readdirSync(path)).sort()) {
      const path = join(directory, name);
      const to = linkWithin(real, path);
      if (to !== undefined) entries.push({ kind: 'link', path, to });
      else visit(path, above);
    }
  };
  const visit = (path: string, above: readonly string[]): void => {
    const stats = reading(join(root, path), (file) => statSync(file));
    if (stats.isFile()) entries.push({ kind: 'file', path, stats });
    if (entries.length > MOST_FILES) throw tooMany(root);
    if (!stats.isDirectory()) return;
    const target = realpathSync(join(root, path));
    if (above.includes(target)) throw tooMany(root);
    entries.push({ kind: 'directory', path, stats });
    walk(path, [...above, target]);
  };
  walk('.', [real]);
  return entries;
}

/** What a link says, where it can stay one: it leads to something in the directory, or to nothing. */
function linkWithin(root: string, path: string): string | undefined {
  const link = join(root, path);
  let to: string;
  try {
    to = readlinkSync(link);
  } catch {
    return undefined;
  }
  if (statSync(link, { throwIfNoEntry: false }) === undefined) return to;
  const way = relative(root, resolve(dirname(link), to));
  return isAbsolute(to) || way.startsWith('..') ? undefined : to;
}

function requireRoom(entries: readonly Entry[], from: string, to: string): void {
  const bytes = entries.reduce(
    (sum, entry) => sum + (entry.kind === 'file' ? entry.stats.size : 0),
    0,
  );
  const { bavail, bsize } = statfsSync(to);
  // Each run copies it once more, and a queue needs room as well.
  if (bytes * 4 <= bavail * bsize) return;
  throw new UserError(
    `the configuration ${from} takes ${megabytes(bytes)}; the laboratory has room for ${megabytes((bavail * bsize) / 4)}`,
    {
      exitCode: EXIT.environment,
      hint: 'The laboratory lies in memory. Leave out of the directory what Postfix does not read.',
    },
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`;
}

function tooMany(root: string): UserError {
  return new UserError(
    `${root} holds more than ${MOST_FILES.toLocaleString('en-US')} files, or a link to itself`,
    {
      exitCode: EXIT.usage,
      hint: 'Name the directory that holds main.cf and master.cf, and no link in it that leads out to a large one.',
    },
  );
}

function reading<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === undefined || ['EMFILE', 'ENFILE'].includes(code)) throw cause;
    const why = code === 'ENOSPC' ? "no room is left on the laboratory's tmpfs" : message;
    throw new UserError(`cannot read ${path} of the configuration: ${why}`, {
      exitCode: EXIT.environment,
      hint: code === 'EACCES' || code === 'EPERM' ? 'Run it as a user who may read it.' : undefined,
      cause,
    });
  }
}
