// Looks up keys in a constant data base with two reads each. The format is in cdb-format.ts, the writer in
// cdb-writer.ts.
import { fstatSync, readSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import { HEADER_BYTES, hashOf, TABLES } from './cdb-format.ts';

/** A reader keeps the pages that it has seen, as a memory-mapped file would, up to this many. */
const PAGE_BYTES = 65536;
const MAX_PAGES = 1024;

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
