// A stand-in for a virus or spam scanner before the queue: burns CPU in the process that it is called in, as a
// scanner on the same machine would, then waits, as for one elsewhere.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContentFilter } from '../tuning/tuning.ts';

export async function scan({ cpuMs, waitMs }: ContentFilter): Promise<void> {
  burnCpu(cpuMs);
  if (waitMs > 0) await sleep(waitMs);
}

/** CPU time, not elapsed time: on a busy machine a scanner's work does not become less. */
function burnCpu(ms: number): void {
  const start = process.cpuUsage();
  let spentUs = 0;
  while (spentUs < ms * 1000) {
    work();
    const { user, system } = process.cpuUsage(start);
    spentUs = user + system;
  }
}

let state = 1;

/** Some 20 µs of arithmetic between two looks at the clock, kept so that no compiler drops it. */
function work(): void {
  for (let i = 0; i < 20_000; i += 1) state = (Math.imul(state, 1664525) + 1013904223) | 0;
}
