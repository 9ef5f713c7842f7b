// How punctual a thread can be here while every core is busy: `stall.js <seconds>`. As many threads as
// there are cores do nothing but look at the clock; whatever comes due while one of them is kept from
// running is late. Prints one line of JSON: the lateness of all moments at the 99th percentile, in ms.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { lateness } from './measure/lateness.ts';

/** Shorter ones are the loop itself. */
const LEAST_GAP_MS = 0.05;

if (isMainThread) {
  const ms = Number(process.argv[2] ?? 3) * 1000;
  const threads = Array.from({ length: availableParallelism() }, () => gapsOf(ms));
  const gaps = (await Promise.all(threads)).flat();
  console.log(JSON.stringify({ p99Ms: lateness(gaps, ms * threads.length, 0.99) }));
} else {
  parentPort?.postMessage(watchClock(workerData as number));
}

function gapsOf(ms: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: ms });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function watchClock(forMs: number): number[] {
  const gaps: number[] = [];
  let last = performance.now();
  const until = last + forMs;
  while (last < until) {
    const now = performance.now();
    if (now - last > LEAST_GAP_MS) gaps.push(now - last);
    last = now;
  }
  return gaps;
}
