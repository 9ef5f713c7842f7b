// The laboratory's name server: answers from the zone, over UDP and TCP, in a thread of its own, so that
// what a thousand connections a second ask delays no sender's timers.
import { Worker } from 'node:worker_threads';
import { type ExitCode, UserError } from '../../errors.ts';
import { LABORATORY } from '../../guard/guard.ts';
import { makeCounts, type QuestionCounts, readCounts } from './counts.ts';
import type { ZoneFacts } from './facts.ts';

const WORKER = new URL('../../../dist/world/names/server-worker.js', import.meta.url);
const PORT = 53;

/** What the thread is given. */
export interface NamesJob {
  readonly facts: ZoneFacts;
  readonly host: string;
  readonly port: number;
  readonly counts: SharedArrayBuffer;
}

/** What the thread tells; it is told only `'stop'`. */
export type NamesMessage =
  | { readonly kind: 'ready'; readonly port: number }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly exitCode: ExitCode;
      readonly hint: string | undefined;
    };

export interface Names {
  readonly host: string;
  readonly port: number;
  /** Since the start. */
  counts(): QuestionCounts;
  stop(): Promise<void>;
}

/** @throws UserError (4 not admitted, 3 cannot listen). */
export async function startNames(
  facts: ZoneFacts,
  at: { readonly host: string; readonly port: number } = { host: LABORATORY.names, port: PORT },
): Promise<Names> {
  const counts = makeCounts();
  const worker = new Worker(WORKER, { workerData: { ...at, facts, counts } satisfies NamesJob });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const port = await firstWord(worker);
  return {
    host: at.host,
    port,
    counts: () => readCounts(counts),
    stop: async () => {
      worker.postMessage('stop');
      await ended;
    },
  };
}

function firstWord(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: NamesMessage) => {
      worker.off('error', reject);
      if (message.kind === 'ready') resolve(message.port);
      else reject(new UserError(message.message, message));
    });
  });
}
