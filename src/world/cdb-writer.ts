// Writes a cdb file as a stream: records go out as they come, and only their hashes and positions, 8 bytes
// each (24 while the tables are made), stay in memory until the end. Where the bytes go is the caller's.
import { EXIT, UserError } from '../errors.ts';
import { HEADER_BYTES, hashOf, MAX_BYTES, TABLES } from './cdb-format.ts';

const BUFFER_BYTES = 1 << 20;
const SLOT_BYTES = 8;
/** Twice as many slots as records, so that a search soon meets an empty one. */
const SLOTS_PER_RECORD = 2;
const FIRST_CAPACITY = 1024;

/** Puts bytes at a position of the file; they may be overwritten when it has come back. */
export type WriteAt = (bytes: Buffer, position: number) => void;

export class CdbWriter {
  readonly #write: WriteAt;
  readonly #maxBytes: number;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #buffered = 0;
  /** Of the file, as far as it is in the buffer or written. */
  #position = HEADER_BYTES;
  #records = 0;
  #hashes = new Uint32Array(FIRST_CAPACITY);
  #positions = new Uint32Array(FIRST_CAPACITY);
  readonly #counts = new Uint32Array(TABLES);

  /** @param maxBytes less than the format's 4 GB only in tests */
  constructor(write: WriteAt, maxBytes = MAX_BYTES) {
    this.#write = write;
    this.#maxBytes = maxBytes;
  }

  /** Of equal keys, the first is the one that is found. @throws UserError (3) beyond 4 GB. */
  add(key: Uint8Array, data: Uint8Array): void {
    const bytes = 8 + key.length + data.length;
    const tables = (this.#records + 1) * SLOTS_PER_RECORD * SLOT_BYTES;
    if (this.#position + bytes + tables > this.#maxBytes) throw tooLarge(this.#records);
    this.#remember(hashOf(key), this.#position);
    const lengths = this.#room(8);
    this.#buffer.writeUInt32LE(key.length, lengths);
    this.#buffer.writeUInt32LE(data.length, lengths + 4);
    this.#put(key);
    this.#put(data);
  }

  /** Writes the tables and, last of all, the header: until then no reader finds anything. Answers the size. */
  finish(): number {
    const { sorted, starts } = this.#sortByTable();
    const header = Buffer.alloc(HEADER_BYTES);
    for (let table = 0; table < TABLES; table += 1) {
      const count = this.#counts[table] ?? 0;
      header.writeUInt32LE(this.#position, table * 8);
      header.writeUInt32LE(count * SLOTS_PER_RECORD, table * 8 + 4);
      const start = starts[table] ?? 0;
      this.#put(this.#tableOf(sorted.subarray(start, start + count)));
    }
    this.#flush();
    this.#write(header, 0);
    return this.#position;
  }

  #remember(hash: number, position: number): void {
    if (this.#records === this.#hashes.length) {
      this.#hashes = doubled(this.#hashes);
      this.#positions = doubled(this.#positions);
    }
    this.#hashes[this.#records] = hash;
    this.#positions[this.#records] = position;
    this.#records += 1;
    const table = hash % TABLES;
    this.#counts[table] = (this.#counts[table] ?? 0) + 1;
  }

  /** The records' numbers, table after table, in the order in which they came. */
  #sortByTable(): { sorted: Uint32Array; starts: Uint32Array } {
    const starts = new Uint32Array(TABLES);
    for (let i = 1; i < TABLES; i += 1) {
      starts[i] = (starts[i - 1] ?? 0) + (this.#counts[i - 1] ?? 0);
    }
    const next = starts.slice();
    const sorted = new Uint32Array(this.#records);
    for (let i = 0; i < this.#records; i += 1) {
      const table = (this.#hashes[i] ?? 0) % TABLES;
      const at = next[table] ?? 0;
      sorted[at] = i;
      next[table] = at + 1;
    }
    return { sorted, starts };
  }

  #tableOf(records: Uint32Array): Buffer {
    const slots = records.length * SLOTS_PER_RECORD;
    const table = Buffer.alloc(slots * SLOT_BYTES);
    for (const record of records) {
      const hash = this.#hashes[record] ?? 0;
      let at = (hash >>> 8) % slots;
      while (table.readUInt32LE(at * SLOT_BYTES + 4) !== 0) at = (at + 1) % slots;
      table.writeUInt32LE(hash, at * SLOT_BYTES);
      table.writeUInt32LE(this.#positions[record] ?? 0, at * SLOT_BYTES + 4);
    }
    return table;
  }

  #put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const part = bytes.subarray(from, from + BUFFER_BYTES);
      this.#buffer.set(part, this.#room(part.length));
      from += part.length;
    }
  }

  /** Takes this many bytes of the buffer, at most all of it, and says where they begin. */
  #room(bytes: number): number {
    if (this.#buffered + bytes > BUFFER_BYTES) this.#flush();
    const at = this.#buffered;
    this.#buffered += bytes;
    this.#position += bytes;
    return at;
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#write(this.#buffer.subarray(0, this.#buffered), this.#position - this.#buffered);
    this.#buffered = 0;
  }
}

/** The bytes of a small file with these entries. Of equal keys, the first is the one that is found. */
export function writeCdb(entries: Iterable<readonly [key: string, data: string]>): Buffer {
  const parts: Buffer[] = [];
  let header: Buffer = Buffer.alloc(HEADER_BYTES);
  const writer = new CdbWriter((bytes, position) => {
    if (position === 0) header = bytes;
    else parts.push(Buffer.from(bytes));
  });
  for (const [key, data] of entries) writer.add(Buffer.from(key), Buffer.from(data));
  writer.finish();
  return Buffer.concat([header, ...parts]);
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

function tooLarge(records: number): UserError {
  return new UserError(`a cdb file holds at most 4 GB: record ${records + 1} does not fit`, {
    exitCode: EXIT.environment,
    hint: 'Split the table by domain, or write a text table.',
  });
}
