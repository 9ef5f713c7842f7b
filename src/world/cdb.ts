// D. J. Bernstein's constant data base: a file that is written once and answers a look-up with two
// reads. Format: https://cr.yp.to/cdb/cdb.txt. Postfix, tinycdb and others read the same files.
//
//   0      2048                       first table
//   | 256 × (table position, slots) | records: key length, data length, key, data | 256 tables |
//                                                    table: slots × (hash, record position)
import { fstatSync, readSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';

const TABLES = 256;
const HEADER_BYTES = TABLES * 8;
/** Positions are 32-bit numbers. */
const MAX_BYTES = 0xffffffff;
/** A reader keeps the pages that it has seen, as a memory-mapped file would, up to this many. */
const PAGE_BYTES = 65536;
const MAX_PAGES = 1024;

/** cdb.txt: h = ((h << 5) + h) ^ c, from 5381, in 32 bits. */
function hashOf(key: Uint8Array): number {
  let h = 5381;
  for (const byte of key) h = (((h << 5) + h) ^ byte) | 0;
  return h >>> 0;
}

interface Slot {
  readonly hash: number;
  readonly position: number;
}

/** The bytes of a file with these entries. Of equal keys, the first is the one that is found. */
export function writeCdb(entries: Iterable<readonly [key: string, data: string]>): Buffer {
  const tables: Slot[][] = Array.from({ length: TABLES }, () => []);
  const parts: Buffer[] = [];
  let position = HEADER_BYTES;
  for (const [key, data] of entries) {
    const record = encodeRecord(key, data);
    const hash = hashOf(record.subarray(8, 8 + record.readUInt32LE(0)));
    tables[hash % TABLES]?.push({ hash, position });
    parts.push(record);
    position += record.length;
  }
  const header = Buffer.alloc(HEADER_BYTES);
  tables.forEach((slots, i) => {
    const table = encodeTable(slots);
    header.writeUInt32LE(position, i * 8);
    header.writeUInt32LE(table.length / 8, i * 8 + 4);
    parts.push(table);
    position += table.length;
    if (position > MAX_BYTES) throw new RangeError('a cdb file holds at most 4 GB');
  });
  return Buffer.concat([header, ...parts], position);
}

function encodeRecord(key: string, data: string): Buffer {
  const keyBytes = Buffer.byteLength(key);
  const record = Buffer.allocUnsafe(8 + keyBytes + Buffer.byteLength(data));
  record.writeUInt32LE(keyBytes, 0);
  record.writeUInt32LE(record.length - 8 - keyBytes, 4);
  record.write(key, 8);
  record.write(data, 8 + keyBytes);
  return record;
}

/** Twice as many slots as records, so that a search soon meets an empty one (position 0). */
function encodeTable(slots: readonly Slot[]): Buffer {
  const count = slots.length * 2;
  const table = Buffer.alloc(count * 8);
  for (const { hash, position } of slots) {
    let at = (hash >>> 8) % count;
    while (table.readUInt32LE(at * 8 + 4) !== 0) at = (at + 1) % count;
    table.writeUInt32LE(hash, at * 8);
    table.writeUInt32LE(position, at * 8 + 4);
  }
  return table;
}

/** Looks up keys in an open file; the descriptor stays the caller's. */
export class CdbReader {
  readonly #fd: number;
  readonly #name: string;
  readonly #size: number;
  readonly #pages = new Map<number, Buffer>();

  /** @throws UserError (3) when the file is too short to be a cdb. `name` is for messages. */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
    this.#size = fstatSync(fd).size;
    if (this.#size < HEADER_BYTES) throw this.#damaged('it is shorter than its header');
  }

  has(key: string): boolean {
    return this.#find(Buffer.from(key)) !== undefined;
  }

  /** The data of the first record with this key. @throws UserError (3) when the file is damaged. */
  get(key: string): string | undefined {
    const found = this.#find(Buffer.from(key));
    return found && this.#bytes(found.at, found.length).toString();
  }

  #find(key: Buffer): { at: number; length: number } | undefined {
    const hash = hashOf(key);
    const entry = this.#bytes((hash % TABLES) * 8, 8);
    const table = entry.readUInt32LE(0);
    const slots = entry.readUInt32LE(4);
    if (slots === 0) return undefined;
    let at = (hash >>> 8) % slots;
    for (let tried = 0; tried < slots; tried += 1) {
      const slot = this.#bytes(table + at * 8, 8);
      const position = slot.readUInt32LE(4);
      if (position === 0) return undefined;
      if (slot.readUInt32LE(0) === hash) {
        const found = this.#match(position, key);
        if (found) return found;
      }
      at = (at + 1) % slots;
    }
    return undefined;
  }

  #match(position: number, key: Buffer): { at: number; length: number } | undefined {
    const lengths = this.#bytes(position, 8);
    const keyBytes = lengths.readUInt32LE(0);
    if (keyBytes !== key.length) return undefined;
    if (!this.#bytes(position + 8, keyBytes).equals(key)) return undefined;
    return { at: position + 8 + keyBytes, length: lengths.readUInt32LE(4) };
  }

  #bytes(at: number, length: number): Buffer {
    if (at + length > this.#size) throw this.#damaged('it points beyond its end');
    const offset = at % PAGE_BYTES;
    const page = this.#page(at - offset);
    if (offset + length <= page.length) return page.subarray(offset, offset + length);
    const parts = [page.subarray(offset)];
    for (let next = at - offset + PAGE_BYTES; next < at + length; next += PAGE_BYTES) {
      parts.push(this.#page(next));
    }
    return Buffer.concat(parts, length);
  }

  #page(start: number): Buffer {
    let page = this.#pages.get(start);
    if (!page) {
      page = Buffer.alloc(Math.min(PAGE_BYTES, this.#size - start));
      if (readSync(this.#fd, page, 0, page.length, start) !== page.length) {
        throw this.#damaged('it became shorter while it was read');
      }
      if (this.#pages.size >= MAX_PAGES) this.#pages.clear();
      this.#pages.set(start, page);
    }
    return page;
  }

  #damaged(how: string): UserError {
    return new UserError(`${this.#name} is no complete cdb file: ${how}`, {
      exitCode: EXIT.environment,
      hint: 'Build it again.',
    });
  }
}
