// The table of valid recipients, in each of the forms that a mail server keeps it: in memory, read
// from a text file, looked up in a real cdb file, or asked of a directory. Addresses match in any case.
import {
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import type { RecipientTable } from '../tuning/tuning.ts';
import { CdbReader } from './cdb.ts';
import { writeCdb } from './cdb-writer.ts';
import { Directory } from './directory.ts';

/** What `ldap` means where the tuning does not say: a small directory on the same network. */
const DIRECTORY_DEFAULTS = { waitMs: 8, connections: 4 } as const;

export interface RecipientLookup {
  /** A promise only where a look-up waits for somebody else. */
  has(address: string): boolean | Promise<boolean>;
  /** One line for the report. */
  readonly describe: string;
  close(): void;
}

const nothing = (): void => undefined;

/** @throws UserError (3) when the table needs a file that cannot be written. */
export async function openRecipients(
  choice: RecipientTable | 'catch-all',
  addresses: readonly string[],
): Promise<RecipientLookup> {
  if (choice === 'catch-all') {
    return { has: () => true, describe: 'catch-all', close: nothing };
  }
  const keys = addresses.map((address) => address.toLowerCase());
  switch (choice.table) {
    case 'memory':
      return inMemory(keys, `memory, ${keys.length} keys`);
    case 'text':
      return inMemory(throughTextFile(keys), `text file read at the start, ${keys.length} keys`);
    case 'cdb':
      return inCdb(keys);
    case 'ldap':
      return inDirectory(keys, choice);
    case 'hash':
    case 'lmdb':
    case 'sqlite':
      throw new UserError(
        `recipients.table ${choice.table} is not supported by the embedded target`,
        {
          exitCode: EXIT.usage,
          hint: 'Such tables need a real Postfix: use --target postfix, or the table cdb.',
        },
      );
  }
}

function inMemory(keys: Iterable<string>, describe: string): RecipientLookup {
  const known = new Set(keys);
  return { has: (address) => known.has(address.toLowerCase()), describe, close: nothing };
}

/** One `address OK` line each, as Postfix' texthash has them. */
function throughTextFile(keys: readonly string[]): string[] {
  const text = Buffer.from(keys.map((key) => `${key} OK\n`).join(''));
  const fd = namelessFile('recipients.txt', text);
  try {
    const read = Buffer.alloc(text.length);
    for (let at = 0; at < read.length; ) at += readSync(fd, read, at, read.length - at, at);
    return read
      .toString()
      .split('\n')
      .map((line) => line.split(' ', 1)[0] ?? '')
      .filter((key) => key !== '');
  } finally {
    closeSync(fd);
  }
}

function inCdb(keys: readonly string[]): RecipientLookup {
  const fd = namelessFile('recipients.cdb', writeCdb(keys.map((key) => [key, 'OK'])));
  const reader = new CdbReader(fd, 'recipients.cdb');
  return {
    has: (address) => reader.has(address.toLowerCase()),
    describe: `cdb file, ${keys.length} keys`,
    close: () => closeSync(fd),
  };
}

function inDirectory(keys: readonly string[], choice: RecipientTable): RecipientLookup {
  const waitMs = choice.waitMs ?? DIRECTORY_DEFAULTS.waitMs;
  const connections = choice.connections ?? DIRECTORY_DEFAULTS.connections;
  const directory = new Directory(keys, { waitMs, connections });
  return {
    has: (address) => directory.has(address),
    describe: `ldap (simulated), ${waitMs} ms a look-up, ${connections} connections, ${keys.length} keys`,
    close: nothing,
  };
}

/** A file that has lost its name before it gets its content: whatever ends us, nothing stays behind. */
function namelessFile(name: string, content: Buffer): number {
  try {
    const fd = openNameless(name);
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
    return fd;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`cannot write the table of recipients: ${why}`, {
      exitCode: EXIT.environment,
      hint: `Make room in ${tmpdir()}, or name another folder in TMPDIR.`,
      cause,
    });
  }
}

function openNameless(name: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'blowback-'));
  try {
    const path = join(folder, name);
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return fd;
  } finally {
    rmdirSync(folder);
  }
}
