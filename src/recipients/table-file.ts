// Replaces a file as a whole: written beside under a name of its own, brought to the disk, renamed over. Who
// reads it finds the old table or the new one, whatever ends this program, or the machine, at any moment.
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import type { WriteAt } from '../world/cdb-writer.ts';

/** Nobody writes a table for so long: whoever began it is gone, on whatever machine it was. */
const ABANDONED_MS = 3_600_000;
const THIS_HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * The new file has the mode, and where allowed the owner, of the old one. Answers what `write` does.
 * @throws UserError (3) when it cannot be written; the old file is then as it was.
 */
export function replaceFile<T>(path: string, write: (writeAt: WriteAt) => T): T {
  try {
    return replace(realPath(path), write);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new UserError(`cannot write ${path}: ${cause.message}`, {
      exitCode: EXIT.environment,
      hint: 'The old table, if there is one, is as it was.',
      cause,
    });
  }
}

function replace<T>(path: string, write: (writeAt: WriteAt) => T): T {
  const old = statSync(path, { throwIfNoEntry: false });
  removeAbandoned(path);
  const tag = `${THIS_HOST}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const beside = join(dirname(path), `${prefixOf(path)}${tag}`);
  try {
    const fd = openSync(beside, 'wx', 0o600);
    let answer: T;
    try {
      answer = write((bytes, position) => writeAll(fd, bytes, position));
      giveRights(fd, old);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
    syncFolder(dirname(path));
    return answer;
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** A link stays a link: what it points to is replaced. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function prefixOf(path: string): string {
  return `.${basename(path)}.blowback-`;
}

/** What runs that were killed have left, of this table only; that of a run under way stays. */
function removeAbandoned(path: string): void {
  const prefix = prefixOf(path);
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const file = join(dirname(path), name);
    if (isAbandoned(file, name.slice(prefix.length))) rmSync(file, { force: true });
  }
}

function isAbandoned(file: string, tag: string): boolean {
  const [host, pid] = tag.split('-');
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > ABANDONED_MS) return true;
  return host === THIS_HOST && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(fd, bytes, at, bytes.length - at, position + at);
  }
}

function giveRights(fd: number, old: Stats | undefined): void {
  if (old) {
    try {
      fchownSync(fd, old.uid, old.gid);
    } catch {
      // Only root may give files away; then it is ours, as with any editor.
    }
  }
  fchmodSync(fd, old ? old.mode & 0o7777 : 0o666 & ~process.umask());
}

/** The rename is on the disk as well. Some file systems know no such thing for folders. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } catch {
    // Nothing is lost by that but a moment, and only when the machine itself goes down.
  } finally {
    closeSync(fd);
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
