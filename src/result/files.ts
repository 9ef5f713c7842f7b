// Results on disk: written whole and renamed into place, so that a reader never meets half a file.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import { RESULT_FORMAT, type Result } from './result.ts';
import { resultShape } from './shape.ts';

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

/** @throws UserError (2) when the file is no result, or one of a version that this program does not know. */
export function readResult(path: string): Result {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw noResult(path, (cause as Error).message, cause);
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (format !== RESULT_FORMAT) {
    throw new UserError(
      `${path} has format ${String(format)}, this blowback reads ${RESULT_FORMAT}`,
      {
        exitCode: EXIT.usage,
        hint: 'Read it with the version of blowback that wrote it (its "blowback" key).',
      },
    );
  }
  const read = resultShape.safeParse(value);
  if (!read.success) {
    const [first] = read.error.issues;
    throw noResult(path, `${first?.path.join('.') || 'it'}: ${first?.message}`);
  }
  // The shape has checked what is used; the type says the same more precisely.
  return value as Result;
}

function noResult(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`${path} is no whole result: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'Name a result.json that `blowback run` wrote.',
    cause,
  });
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
