// The worker thread's entry: takes a job, waits for the start, plays it.
import { parentPort } from 'node:worker_threads';
import type { FromWorker, Job, ToWorker } from './job.ts';
import { Shard } from './shard.ts';

const port = parentPort;
if (!port) throw new Error('engine/worker is started as a worker thread only');

let shard: Shard | undefined;

function take(job: Job): void {
  shard = new Shard(job, (message: FromWorker, transfer = []) => {
    port?.postMessage(message, [...transfer]);
    if (message.type === 'done') port?.close();
  });
  port?.postMessage({ type: 'ready' } satisfies FromWorker);
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'job') take(message.job);
  else if (message.type === 'go') shard?.go(message.startMs);
  else if (message.type === 'spare') shard?.takeBack(message.rows);
  else shard?.stop();
});
