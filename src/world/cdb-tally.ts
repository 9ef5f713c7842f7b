// A tally of (hash, position) pairs that comes out the same in any order: the records of a cdb and the slots
// of its hash tables are held against each other without keeping either.
import { TABLES } from './cdb-format.ts';

/** Odd, so that a product in 32 bits determines its factor. The second is MurmurHash3's, the others prime. */
const FACTORS = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae3d] as const;

/** One-to-one in the hash for a given position, and in the position for a given hash. */
function mix(hash: number, position: number, factor: number): number {
  const product = Math.imul(hash ^ Math.imul(position, factor), FACTORS[1]);
  return product ^ (product >>> 15);
}

/** Sums per table of the hash's choice: 64 bits of them, and how many there were. */
export class CdbTally {
  readonly #counts = new Uint32Array(TABLES);
  readonly #sums = new Uint32Array(TABLES);
  readonly #others = new Uint32Array(TABLES);

  add(hash: number, position: number): void {
    const table = hash % TABLES;
    this.#counts[table] = (this.#counts[table] ?? 0) + 1;
    this.#sums[table] = (this.#sums[table] ?? 0) + mix(hash, position, FACTORS[0]);
    this.#others[table] = (this.#others[table] ?? 0) + mix(position, hash, FACTORS[2]);
  }

  /** The first table in which two tallies differ. */
  differsFrom(other: CdbTally): number | undefined {
    for (let table = 0; table < TABLES; table += 1) {
      if (
        this.#counts[table] !== other.#counts[table] ||
        this.#sums[table] !== other.#sums[table] ||
        this.#others[table] !== other.#others[table]
      ) {
        return table;
      }
    }
    return undefined;
  }
}
