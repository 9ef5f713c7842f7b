// The table that stands where a new one is to go: its keys, for what the new one adds and removes.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import { HEADER_BYTES, TABLES } from '../world/cdb-format.ts';
import type { Format } from './formats.ts';
import { readLines } from './lines.ts';
import { keyOf } from './text-source.ts';

const PIECE_BYTES = 1 << 18;
const NUL = 0;

/** What a table is made of; not `hasForm` where an entry is not as we would write it. */
export interface OldTable {
  readonly hasForm: boolean;
}

/**
 * Hands over every key, in lower case, without the NUL that some writers end it with. The bytes are only lent.
 * Undefined where there is no table.
 * @throws UserError (3): it cannot be read, or is damaged; 2: no regular file; else the signal's reason.
 */
export async function readOldTable(
  path: string,
  format: Format,
  onKey: (key: Uint8Array) => void,
  signal: AbortSignal,
): Promise<OldTable | undefined> {
  const stat = statOf(path);
  if (stat === undefined) return undefined;
  if (!stat.isFile()) {
    throw new UserError(`${path} is no regular file`, { exitCode: EXIT.usage });
  }
  return format === 'cdb' ? readCdb(path, onKey) : readText(path, format, onKey, signal);
}

function statOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
}

async function readText(
  path: string,
  format: 'text' | 'hash',
  onKey: (key: Uint8Array) => void,
  signal: AbortSignal,
): Promise<OldTable> {
  let hasForm = true;
  const onLine = (line: string) => {
    const key = keyOf(line.trim());
    if (key === '' || key.startsWith('#')) hasForm = false;
    else {
      hasForm &&= line === (format === 'hash' ? `${key} OK` : key);
      onKey(Buffer.from(key.toLowerCase()));
    }
  };
  await readLines(path, onLine, signal);
  return { hasForm };
}

function readCdb(path: string, onKey: (key: Uint8Array) => void): OldTable {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, cause);
  }
  try {
    const end = endOfRecords(fd, path);
    const pieces = new Pieces(fd);
    let hasForm = true;
    for (let at = HEADER_BYTES; at < end; ) {
      const lengths = pieces.at(at, 8);
      const keyBytes = lengths.readUInt32LE(0);
      const dataBytes = lengths.readUInt32LE(4);
      const next = at + 8 + keyBytes + dataBytes;
      if (next > end) throw damaged(path, 'a record goes beyond the last one');
      const record = pieces.at(at + 8, keyBytes + dataBytes);
      const key = record.subarray(0, keyBytes);
      const isOurs = key.at(-1) !== NUL && record.toString('latin1', keyBytes) === 'OK';
      hasForm &&= isOurs;
      onKey(folded(key.at(-1) === NUL ? key.subarray(0, -1) : key));
      at = next;
    }
    return { hasForm };
  } finally {
    closeSync(fd);
  }
}

/** Where the first of the tables begins. */
function endOfRecords(fd: number, path: string): number {
  const { size } = fstatSync(fd);
  if (size < HEADER_BYTES) throw damaged(path, 'it is shorter than its header');
  const header = new Pieces(fd).at(0, HEADER_BYTES);
  let end = size;
  for (let table = 0; table < TABLES; table += 1) {
    const position = header.readUInt32LE(table * 8);
    const slots = header.readUInt32LE(table * 8 + 4);
    if (position < HEADER_BYTES || position + slots * 8 > size) {
      throw damaged(path, 'it points beyond its end');
    }
    end = Math.min(end, position);
  }
  return end;
}

/** Reads a file from its beginning to its end in large pieces, asked for in small ones. */
class Pieces {
  readonly #fd: number;
  #piece: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** The file is known to have them. */
  at(position: number, bytes: number): Buffer {
    if (position < this.#start || position + bytes > this.#start + this.#piece.length) {
      const piece = Buffer.allocUnsafe(Math.max(bytes, PIECE_BYTES));
      const read = readSync(this.#fd, piece, 0, piece.length, position);
      this.#piece = piece.subarray(0, read);
      this.#start = position;
    }
    const from = position - this.#start;
    return this.#piece.subarray(from, from + bytes);
  }
}

/** As Postfix folds what it looks up. Nearly always there is nothing to do. */
function folded(key: Buffer): Uint8Array {
  for (let i = 0; i < key.length; i += 1) {
    const byte = key[i] ?? 0;
    if (byte >= 0x80 || (byte >= 0x41 && byte <= 0x5a)) {
      return Buffer.from(key.toString().toLowerCase());
    }
  }
  return key;
}

function damaged(path: string, why: string): UserError {
  return new UserError(`${path} is no complete cdb file: ${why}`, {
    exitCode: EXIT.environment,
    hint: 'What it had cannot be compared. With --allow-shrink it is replaced all the same.',
  });
}

function unreadable(path: string, why: string, cause: unknown): UserError {
  return new UserError(`cannot read ${path}: ${why}`, { exitCode: EXIT.environment, cause });
}
