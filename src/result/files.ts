// Files of results: written whole and renamed into place, so that a reader never meets half a file.
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, UserError } from '../errors.ts';

/** Writes a text file atomically. Returns its size in bytes. @throws UserError (3) when it cannot. */
export function writeWhole(path: string, text: string): number {
  const partial = `${path}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(partial, text);
    renameSync(partial, path);
  } catch (cause) {
    discard(partial);
    throw cannotWrite(path, cause);
  }
  return Buffer.byteLength(text);
}

/** Half a file helps nobody, and on a full disk it is in the way. What cannot be removed stays. */
function discard(partial: string): void {
  try {
    rmSync(partial, { force: true });
  } catch {
    // The error that led here is the one to tell.
  }
}

/** Bytes free where `directory` is or will be made. Makes nothing. */
export function freeBytes(directory: string): number {
  let existing = directory;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    const { bavail, bsize } = statfsSync(existing);
    return bavail * bsize;
  } catch (cause) {
    throw cannotWrite(directory, cause);
  }
}

/** @throws UserError (3) when it cannot be made. */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (cause) {
    throw cannotWrite(directory, cause);
  }
}

const MEND: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, or name another place with --out.',
  EACCES: 'Name a folder that you may write to with --out.',
  EROFS: 'Name a folder that you may write to with --out.',
  ENOTDIR: 'Part of this path is a file: name a folder with --out.',
  EEXIST: 'Part of this path is a file: name a folder with --out.',
};

function cannotWrite(path: string, cause: unknown): UserError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new UserError(`cannot write ${path}: ${message}`, {
    exitCode: EXIT.environment,
    hint: code === undefined ? undefined : MEND[code],
    cause,
  });
}
