// The memory of a process tree, look by look: reading one process' takes 0.2 ms, since the kernel walks its
// page tables, and a hundred at once would be felt.
import { memoryOf, type ProcessStat } from './processes.ts';

/** Of the processes that are known, so many are read anew at each look: all of them in ten. */
const SHARE = 0.1;

export class MemoryWatch {
  /** By process id, the one that was read the longest ago first. */
  #known = new Map<number, number>();
  readonly #memoryOf: (pid: number) => number;

  constructor(read: typeof memoryOf = memoryOf) {
    this.#memoryOf = read;
  }

  /** Bytes. New processes are read at once. */
  look(tree: readonly Pick<ProcessStat, 'pid'>[]): number {
    const alive = new Set(tree.map(({ pid }) => pid));
    const old = [...this.#known].filter(([pid]) => alive.has(pid));
    const stale = old.slice(0, Math.ceil(old.length * SHARE)).map(([pid]) => pid);
    this.#known = new Map(old);
    const fresh = [...alive].filter((pid) => !this.#known.has(pid));
    for (const pid of [...stale, ...fresh]) {
      // Put in anew, it goes to the end.
      this.#known.delete(pid);
      this.#known.set(pid, this.#memoryOf(pid));
    }
    return [...this.#known.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
