// Where all mail of a target ends: a mail server in a thread of its own that reports what arrived, when,
// and what it was. A thread, so that a busy main thread cannot make mail look late.
import { Worker } from 'node:worker_threads';
import { type ExitCode, UserError } from '../errors.ts';
import type { Delivery } from './delivery.ts';
import type { Store } from './mail-store.ts';

const WORKER = new URL('../../dist/world/sink-worker.js', import.meta.url);

/** What the thread is started with. */
export interface SinkOrders {
  readonly host: string;
  readonly port: number;
  readonly store: Store | undefined;
}

/** What the thread tells; it is told only `'stop'`. */
export type SinkMessage =
  | { readonly kind: 'ready'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly exitCode: ExitCode;
      readonly hint: string | undefined;
    }
  | { readonly kind: 'batch'; readonly deliveries: readonly Delivery[] }
  | { readonly kind: 'stopped' };

type DeliveryListener = (batch: readonly Delivery[]) => void;

export interface Sink {
  readonly host: string;
  readonly port: number;
  /** Called about ten times a second while mail arrives. */
  onDelivery(listener: DeliveryListener): void;
  /** When it resolves, every delivery has been told. */
  stop(): Promise<void>;
}

/**
 * Listens on a port of `host`, 0 for a free one. Without a store it takes everything and tells no bounces
 * apart.
 * @throws UserError (4 not admitted, 3 cannot listen).
 */
export async function startSink(host: string, port = 0, store?: Store): Promise<Sink> {
  const workerData: SinkOrders = { host, port, store };
  const worker = new Worker(WORKER, { workerData });
  const listeners: DeliveryListener[] = [];
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', (message: SinkMessage) => {
    if (message.kind === 'batch') for (const listener of listeners) listener(message.deliveries);
  });
  const address = await firstWord(worker);
  return {
    ...address,
    onDelivery: (listener) => {
      listeners.push(listener);
    },
    stop: async () => {
      worker.postMessage('stop');
      await ended;
    },
  };
}

function firstWord(worker: Worker): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: SinkMessage) => {
      worker.off('error', reject);
      if (message.kind === 'ready') resolve({ host: message.host, port: message.port });
      else if (message.kind === 'failed') reject(new UserError(message.message, message));
      else reject(new Error(`the sink began with ${message.kind}`));
    });
  });
}
