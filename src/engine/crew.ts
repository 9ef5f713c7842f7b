// Worker threads that wait for their job: a thread takes some 0.2 s to load its program, which may pass while
// a target starts and messages are made.
import { Worker } from 'node:worker_threads';

const PROGRAM = new URL('../../dist/engine/worker.js', import.meta.url);

export class Crew {
  #waiting: readonly Worker[];

  /** @param size threads */
  constructor(size: number) {
    this.#waiting = Array.from({ length: size }, () => new Worker(PROGRAM));
  }

  /** From now on they are the caller's, who ends them. */
  take(): readonly Worker[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Ends those that nobody took. */
  async dismiss(): Promise<void> {
    await Promise.all(this.take().map((worker) => worker.terminate()));
  }
}
