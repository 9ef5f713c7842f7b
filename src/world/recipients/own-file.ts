// Files of tables that the program makes itself. They lose their names before anybody else could meet
// them: whatever ends the program, nothing stays behind.
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';

/** The descriptor, readable and the caller's to close. @throws UserError (3) when it cannot be written. */
export async function ownFile(content: Buffer): Promise<number> {
  return inOwnFolder((folder) => {
    const fd = openSync(join(folder, 'recipients'), 'wx+', 0o600);
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    return fd;
  });
}

/**
 * Hands over a new folder that is removed with all that is in it as soon as `use` has ended. What `use`
 * has opened in it stays open.
 * @throws UserError (3) when there is no room for it; UserErrors of `use` as they are.
 */
export async function inOwnFolder<T>(use: (folder: string) => T | Promise<T>): Promise<T> {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'blowback-'));
    return await use(folder);
  } catch (cause) {
    // Without a code it is not the file system's.
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new UserError(`cannot write the table of recipients: ${cause.message}`, {
      exitCode: EXIT.environment,
      hint: `Make room in ${tmpdir()}, or name another folder in TMPDIR.`,
      cause,
    });
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** What a file of the user's lacks, in words. */
export function unreadable(path: string, cause: unknown): UserError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOENT' ? 'there is no such file' : message;
  return new UserError(`cannot read the table of recipients ${path}: ${why}`, {
    exitCode: EXIT.environment,
    hint: 'Name a file that may be read in recipients.path.',
    cause,
  });
}
