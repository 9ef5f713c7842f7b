// A simulated LDAP directory: each look-up holds one of a few connections for a fixed time, and
// look-ups beyond them wait their turn. The latency and the queue of a real one, without its CPU.
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

export interface DirectoryOptions {
  /** How long the directory thinks about one look-up. */
  readonly waitMs: number;
  /** Look-ups that it serves at once. */
  readonly connections: number;
  /** Waits for some milliseconds; the timer, unless a test hands in another. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

export class Directory {
  readonly #known: ReadonlySet<string>;
  readonly #waitMs: number;
  readonly #wait: (ms: number) => Promise<unknown>;
  readonly #pool: ReturnType<typeof pLimit>;
  #lookups = 0;

  constructor(recipients: Iterable<string>, options: DirectoryOptions) {
    this.#known = new Set(Array.from(recipients, (address) => address.toLowerCase()));
    this.#waitMs = options.waitMs;
    this.#wait = options.wait ?? sleep;
    this.#pool = pLimit(options.connections);
  }

  /** Answered in the order of the questions, once a connection was free. */
  has(address: string): Promise<boolean> {
    return this.#pool(async () => {
      await this.#wait(this.#waitMs);
      this.#lookups += 1;
      return this.#known.has(address.toLowerCase());
    });
  }

  /** Look-ups that wait for a connection. */
  get waiting(): number {
    return this.#pool.pendingCount;
  }

  /** Look-ups answered so far. */
  get lookups(): number {
    return this.#lookups;
  }
}
