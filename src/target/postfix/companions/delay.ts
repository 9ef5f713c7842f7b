// The way to a server elsewhere: a port that hands everything on to a server on loopback, and each answer
// back only so much later. In a worker thread: its work must not delay the generator's timers. This file
// is both sides: what starts the thread, and the thread.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { dial, listen, makeServer } from '../../../guard/guard.ts';

interface Delay {
  readonly port: number;
  /** The port of the server behind it. */
  readonly to: number;
  readonly waitMs: number;
}

const HOST = '127.0.0.1';

export async function startDelay(delay: Delay): Promise<{ stop(): Promise<void> }> {
  const file = new URL('../../../../dist/target/postfix/companions/delay.js', import.meta.url);
  const worker = new Worker(file, { workerData: { delay } });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    stop: async () => {
      await worker.terminate();
    },
  };
}

/** Timers of equal length go off in the order in which they were set, so answers stay in order. */
async function serve({ port, to, waitMs }: Delay): Promise<void> {
  const server = makeServer({ noDelay: true }, (client) => {
    const behind = dial({ host: HOST, port: to, noDelay: true });
    client.on('data', (chunk: Buffer) => behind.write(chunk));
    behind.on('data', (chunk: Buffer) => setTimeout(() => client.write(chunk), waitMs));
    // Either side may be ended at any moment, and takes the other with it.
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      one.on('error', () => one.destroy());
      one.on('close', () => setTimeout(() => other.destroy(), waitMs));
    }
  });
  await listen(server, { host: HOST, port, backlog: 4096 });
}

// The check of workerData: this module is also imported where some other worker is at work.
if (!isMainThread && workerData?.delay !== undefined) {
  await serve(workerData.delay as Delay);
  parentPort?.postMessage('ready');
}
