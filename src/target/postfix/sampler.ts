// One look at the running Postfix: CPU and memory of its processes, its port, its queue, its log.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isLackOfDescriptors } from '../../world/descriptors.ts';
import type { TargetSample } from '../target.ts';
import type { Layout } from './layout.ts';
import { cpuSeconds, memoryBytes, readProcesses, treeOf } from './processes.ts';
import { listenOverflows, readPort } from './sockets.ts';

/** smaps_rollup walks page tables: dear with a hundred processes, and memory changes slowly. */
const MEMORY_EVERY = 5;

const QUEUES = ['maildrop', 'incoming', 'active', 'deferred'];

export class Sampler {
  readonly #master: number;
  readonly #port: number;
  readonly #layout: Layout;
  readonly #logStart: number;
  /** The namespace's counter goes on from one instance to the next. */
  readonly #overflowsBefore = listenOverflows();
  #looks = 0;
  #memoryBytes = 0;

  constructor(master: number, port: number, layout: Layout, logStart: number) {
    this.#logStart = logStart;
    this.#master = master;
    this.#port = port;
    this.#layout = layout;
  }

  async sample(): Promise<TargetSample> {
    const tree = treeOf(this.#master, readProcesses());
    if (this.#looks % MEMORY_EVERY === 0) this.#memoryBytes = memoryBytes(tree);
    this.#looks += 1;
    const { acceptQueue, accepted } = await readPort(this.#port);
    const workers = tree.filter(({ name }) => name === 'smtpd').length;
    return {
      cpuS: cpuSeconds(tree),
      memoryBytes: this.#memoryBytes,
      // More connections than processes: one was taken and given back between the two looks.
      workersBusy: Math.min(accepted, workers),
      acceptQueue,
      listenOverflows: listenOverflows() - this.#overflowsBefore,
      queue: QUEUES.reduce((sum, name) => sum + countFiles(join(this.#layout.spool, name)), 0),
      logBytes: this.#logSize() - this.#logStart,
    };
  }

  #logSize(): number {
    return statSync(this.#layout.log, { throwIfNoEntry: false })?.size ?? 0;
  }
}

/** Queue files, those in hashed subdirectories included. Files come and go while we look. */
function countFiles(directory: string): number {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;
  } catch (error) {
    if (isLackOfDescriptors(error)) throw error;
    return 0;
  }
}
