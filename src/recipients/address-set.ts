// A set of addresses for millions: their bytes in blocks and a hash table of numbers, some 40 bytes for an
// address of 25, where a Set of strings takes 110. Numbers every address in the order of its arrival.
import { hashOf } from '../world/cdb-format.ts';

const BLOCK_BYTES = 1 << 20;
const FIRST_SLOTS = 1024;
/** Of the slots, before there are twice as many. */
const MOST_FILLED = 0.6;

export class AddressSet {
  readonly #blocks: Buffer[] = [];
  #blockUsed = BLOCK_BYTES;
  /** Where each address lies: its length in two bytes, then itself. */
  #offsets = new Uint32Array(FIRST_SLOTS);
  #hashes = new Uint32Array(FIRST_SLOTS);
  /** 1 + the number of an address; 0 is free. */
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  #size = 0;
  readonly #scratch = Buffer.allocUnsafe(65536);

  get size(): number {
    return this.#size;
  }

  /** The number of an address, from 0; a new one where it was not there: then it is `size` before the call. */
  add(address: string): number {
    const key = this.#encode(address);
    const hash = hashOf(key);
    const slot = this.#slotOf(key, hash);
    const found = this.#slots[slot] ?? 0;
    if (found > 0) return found - 1;
    const number = this.#size;
    this.#slots[slot] = number + 1;
    this.#keep(key, hash);
    if (this.#size > this.#slots.length * MOST_FILLED) this.#growSlots();
    return number;
  }

  /** The number of an address, or -1. */
  find(key: Uint8Array): number {
    return (this.#slots[this.#slotOf(key, hashOf(key))] ?? 0) - 1;
  }

  /** The bytes of an address, UTF-8; a view that must not be changed. */
  at(number: number): Buffer {
    const offset = this.#offsets[number] ?? 0;
    const block = this.#blocks[Math.floor(offset / BLOCK_BYTES)];
    if (block === undefined || number >= this.#size) throw new RangeError(`no address ${number}`);
    const start = offset % BLOCK_BYTES;
    return block.subarray(start + 2, start + 2 + block.readUInt16LE(start));
  }

  *[Symbol.iterator](): Generator<Buffer> {
    for (let number = 0; number < this.#size; number += 1) yield this.at(number);
  }

  #encode(address: string): Buffer {
    return this.#scratch.subarray(0, this.#scratch.write(address));
  }

  /** Of this key, or the free one where it belongs. */
  #slotOf(key: Uint8Array, hash: number): number {
    let slot = spread(hash) % this.#slots.length;
    for (;;) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return slot;
      if (this.#hashes[number] === hash && this.at(number).equals(key)) return slot;
      slot = slot + 1 === this.#slots.length ? 0 : slot + 1;
    }
  }

  #keep(key: Buffer, hash: number): void {
    if (this.#blockUsed + 2 + key.length > BLOCK_BYTES) {
      this.#blocks.push(Buffer.allocUnsafe(BLOCK_BYTES));
      this.#blockUsed = 0;
    }
    const block = this.#blocks.at(-1);
    if (block === undefined) throw new Error('a set without a block');
    if (this.#size === this.#offsets.length) {
      this.#offsets = doubled(this.#offsets);
      this.#hashes = doubled(this.#hashes);
    }
    this.#offsets[this.#size] = (this.#blocks.length - 1) * BLOCK_BYTES + this.#blockUsed;
    this.#hashes[this.#size] = hash;
    block.writeUInt16LE(key.length, this.#blockUsed);
    key.copy(block, this.#blockUsed + 2);
    this.#blockUsed += 2 + key.length;
    this.#size += 1;
  }

  #growSlots(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#size; number += 1) {
      let slot = spread(this.#hashes[number] ?? 0) % this.#slots.length;
      while (this.#slots[slot] !== 0) slot = slot + 1 === this.#slots.length ? 0 : slot + 1;
      this.#slots[slot] = number + 1;
    }
  }
}

/** Of addresses that differ in a digit, cdb's hashes lie side by side: long runs in an open table. */
function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> 0;
}

function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
