// Looks up keys in a constant data base as this program, tinycdb and Postfix write it, and checks the file
// whole before it is trusted: see verify(). The format is in cdb-format.ts, the writer in cdb-writer.ts.
import { fstatSync, readSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import { EXIT, UserError } from '../errors.ts';
import { HEADER_BYTES, hashOf, TABLES } from './cdb-format.ts';
import { CdbTally } from './cdb-tally.ts';

/** A file up to this size is kept in memory whole. */
const WHOLE_BYTES = 64 * 1024 * 1024;
/** Of a larger one, so many pages: each page of the file has one place, which it shares with others. */
const PAGE_BYTES = 1024;
const PAGES = 16_384;
/** For so long after a look at the file's times it counts as unchanged. */
const SURE_MS = 1;
/** verify() reads this much at once, and lets others have their turn in between. */
const CHUNK_BYTES = 256 * 1024;

/** One of the 256 hash tables. */
interface Table {
  readonly number: number;
  readonly position: number;
  readonly slots: number;
}

/**
 * Looks up keys in an open file; the descriptor stays the caller's.
 *
 * A look-up takes 0.9 µs where the file is kept whole (a million addresses, 46 MB) and 3.5 µs where its pages
 * come from the kernel (three million, 140 MB): the mean of a million look-ups of as many addresses in
 * scattered order, half of them absent, on one core of a 2-core virtual machine.
 */
export class CdbReader {
  readonly #fd: number;
  readonly #name: string;
  readonly #size: number;
  readonly #changedAt: number;
  readonly #header: Buffer;
  /** Where records end and tables begin. */
  readonly #recordsEnd: number;
  readonly #whole: boolean;
  readonly #pages: Buffer;
  /** The number of the page that is in a place, or -1. */
  readonly #held = new Int32Array(PAGES).fill(-1);
  /** The bytes that `#locate` found last. */
  #view: Buffer;
  /** Whether anything was read since the file was last known to be unchanged. */
  #unsure = false;
  #sureUntil = 0;

  /**
   * Looks at the header alone; verify() at the rest.
   * @param name for messages
   * @throws UserError (3) when the file is no complete cdb.
   */
  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.#name = name;
    const { size, mtimeMs } = fstatSync(fd);
    this.#size = size;
    this.#changedAt = mtimeMs;
    if (size < HEADER_BYTES) throw this.#damaged('it is shorter than its header');
    this.#whole = size <= WHOLE_BYTES;
    this.#view = Buffer.allocUnsafeSlow(this.#whole ? size : HEADER_BYTES);
    this.#read(this.#view, 0, this.#view.length, 0);
    this.#header = this.#view.subarray(0, HEADER_BYTES);
    this.#pages = Buffer.allocUnsafeSlow(this.#whole ? 0 : PAGES * PAGE_BYTES);
    this.#recordsEnd = this.#layOut(this.#tables());
  }

  /** @throws UserError (3) when the file is damaged. */
  has(key: string): boolean {
    const found = this.#find(Buffer.from(key)) !== undefined;
    this.#reassure();
    return found;
  }

  /** The data of the first record with this key. @throws UserError (3) when the file is damaged. */
  get(key: string): string | undefined {
    const found = this.#find(Buffer.from(key));
    if (!found) return undefined;
    const at = this.#locate(found.at, found.length, this.#recordsEnd);
    this.#reassure();
    return this.#view.toString('utf8', at, at + found.length);
  }

  /** The keys in the order of the file, equal ones as often as they are there. */
  *keys(): Generator<string> {
    for (let position = HEADER_BYTES; position < this.#recordsEnd; ) {
      const { keyBytes, dataBytes } = this.#lengths(position);
      const at = this.#locate(position + 8, keyBytes, this.#recordsEnd);
      yield this.#view.toString('utf8', at, at + keyBytes);
      position += 8 + keyBytes + dataBytes;
    }
    this.#reassure();
  }

  /**
   * Reads the file from its begin to its end, once, and answers how many records it has. Afterwards each
   * record is known to be found by its key, and nothing else to be found: the hash of every key is the one
   * that its slot states, every record has its one slot and every slot its record, and no search stops
   * before its slot. A change of one byte that has part in an answer is always found, since the hash is
   * a one-to-one function of any single byte; changes of several escape with odds of 1 to 2³² at best.
   * What the format has no means to tell: other data behind the right key (has() does not look at it), and
   * a file in which records and their slots were left out together, before it was written.
   *
   * A million records (46 MB) take 0.27 s, three million (140 MB) 1.3 s, in slices of some ms.
   * @throws UserError (3) with what is wrong.
   */
  async verify(): Promise<number> {
    const records = new CdbTally();
    const count = await this.#walkRecords(records);
    const slots = new CdbTally();
    for (const table of this.#tables()) await this.#walkTable(table, slots);
    const odd = records.differsFrom(slots);
    if (odd !== undefined) {
      throw this.#damaged(`its hash table ${odd} does not belong to its records`);
    }
    this.#reassure();
    return count;
  }

  #tables(): Table[] {
    return Array.from({ length: TABLES }, (_, number) => ({
      number,
      position: this.#header.readUInt32LE(number * 8),
      slots: this.#header.readUInt32LE(number * 8 + 4),
    })).filter(({ slots }) => slots > 0);
  }

  /** Every writer puts the tables behind the records without a gap. Answers where they begin. */
  #layOut(tables: Table[]): number {
    const bytes = tables.reduce((sum, { slots }) => sum + slots * 8, 0);
    const begin = this.#size - bytes;
    let expected = begin;
    const beyond = tables.find(({ position, slots }) => position + slots * 8 > this.#size);
    if (beyond) throw this.#damaged(`its hash table ${beyond.number} reaches beyond its end`);
    for (const { number, position, slots } of tables.sort((a, b) => a.position - b.position)) {
      if (position !== expected) {
        throw this.#damaged(`its hash table ${number} is not where the file's length puts it`);
      }
      expected += slots * 8;
    }
    if (begin < HEADER_BYTES) throw this.#damaged('it is shorter than its hash tables');
    if (tables.length === 0 && begin !== HEADER_BYTES) {
      throw this.#damaged('it has records but no hash table');
    }
    return begin;
  }

  async #walkRecords(tally: CdbTally): Promise<number> {
    let count = 0;
    let turn = HEADER_BYTES + CHUNK_BYTES;
    for (let position = HEADER_BYTES; position < this.#recordsEnd; count += 1) {
      const { keyBytes, dataBytes } = this.#lengths(position);
      const at = this.#locate(position + 8, keyBytes, this.#recordsEnd);
      tally.add(hashOf(this.#view, at, at + keyBytes), position);
      position += 8 + keyBytes + dataBytes;
      if (position > this.#recordsEnd) throw this.#damaged('a record reaches beyond the records');
      if (position > turn) {
        turn = position + CHUNK_BYTES;
        await breath();
      }
    }
    return count;
  }

  /** A search begins at a slot of the hash's choice and ends at the first empty one. */
  async #walkTable({ number, position, slots }: Table, tally: CdbTally): Promise<void> {
    let lastEmpty = -1;
    /** Of searches that go on at the begin of the table. */
    let firstAround = slots;
    for (let i = 0; i < slots; i += 1) {
      if (i % (CHUNK_BYTES / 8) === CHUNK_BYTES / 8 - 1) await breath();
      const at = this.#locate(position + i * 8, 8, this.#size);
      const hash = this.#view.readUInt32LE(at);
      const record = this.#view.readUInt32LE(at + 4);
      if (record === 0) {
        lastEmpty = i;
        continue;
      }
      if (hash % TABLES !== number) throw this.#damaged(`a slot is in the wrong hash table`);
      const start = (hash >>> 8) % slots;
      if (start > i) firstAround = Math.min(firstAround, start);
      if (lastEmpty >= 0 && (start > i || start <= lastEmpty)) {
        throw this.#damaged(`a slot of its hash table ${number} cannot be reached`);
      }
      tally.add(hash, record);
    }
    if (lastEmpty >= firstAround) {
      throw this.#damaged(`a slot of its hash table ${number} cannot be reached`);
    }
  }

  #find(key: Buffer): { at: number; length: number } | undefined {
    const hash = hashOf(key);
    const table = this.#header.readUInt32LE((hash % TABLES) * 8);
    const slots = this.#header.readUInt32LE((hash % TABLES) * 8 + 4);
    if (slots === 0) return undefined;
    let slot = (hash >>> 8) % slots;
    for (let tried = 0; tried < slots; tried += 1) {
      const at = this.#locate(table + slot * 8, 8, this.#size);
      const position = this.#view.readUInt32LE(at + 4);
      if (position === 0) return undefined;
      if (this.#view.readUInt32LE(at) === hash) {
        const found = this.#match(position, key);
        if (found) return found;
      }
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
    return undefined;
  }

  #match(position: number, key: Buffer): { at: number; length: number } | undefined {
    const { keyBytes, dataBytes } = this.#lengths(position);
    if (keyBytes !== key.length) return undefined;
    const at = this.#locate(position + 8, keyBytes, this.#recordsEnd);
    if (this.#view.compare(key, 0, keyBytes, at, at + keyBytes) !== 0) return undefined;
    return { at: position + 8 + keyBytes, length: dataBytes };
  }

  #lengths(position: number): { keyBytes: number; dataBytes: number } {
    if (position < HEADER_BYTES) throw this.#damaged('it points into its header');
    const at = this.#locate(position, 8, this.#recordsEnd);
    return { keyBytes: this.#view.readUInt32LE(at), dataBytes: this.#view.readUInt32LE(at + 4) };
  }

  /** Where in `#view` these bytes of the file are; the view may be another with each call. */
  #locate(position: number, length: number, end: number): number {
    if (position + length > end) throw this.#damaged('it points beyond its end');
    if (this.#whole) return position;
    const offset = position % PAGE_BYTES;
    const page = (position - offset) / PAGE_BYTES;
    if (offset + length > PAGE_BYTES) {
      this.#view = Buffer.allocUnsafe(length);
      this.#read(this.#view, 0, length, position);
      return 0;
    }
    const place = page % PAGES;
    if (this.#held[place] !== page) {
      this.#held[place] = -1;
      const bytes = Math.min(PAGE_BYTES, this.#size - page * PAGE_BYTES);
      this.#read(this.#pages, place * PAGE_BYTES, bytes, page * PAGE_BYTES);
      this.#held[place] = page;
    }
    this.#view = this.#pages;
    return place * PAGE_BYTES + offset;
  }

  #read(into: Buffer, at: number, length: number, position: number): void {
    for (let done = 0; done < length; ) {
      const got = readSync(this.#fd, into, at + done, length - done, position + done);
      if (got === 0) throw this.#damaged('it became shorter while it was read');
      done += got;
    }
    this.#unsure = true;
  }

  /**
   * What was read is what was verified only if nobody has written to the file since. Asked once in
   * SURE_MS: it costs as much as a read.
   */
  #reassure(): void {
    if (!this.#unsure || nowMs() < this.#sureUntil) return;
    const { size, mtimeMs } = fstatSync(this.#fd);
    if (size !== this.#size || mtimeMs !== this.#changedAt) {
      throw this.#damaged('it was written to while it was read; replace it by renaming another');
    }
    this.#unsure = false;
    this.#sureUntil = nowMs() + SURE_MS;
  }

  #damaged(how: string): UserError {
    return new UserError(`${this.#name} is no complete cdb file: ${how}`, {
      exitCode: EXIT.environment,
      hint: 'Build it again.',
    });
  }
}
