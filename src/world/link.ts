// A link of limited bandwidth and length between two servers of the laboratory, in a worker thread: its
// work must not delay the generator's timers. This file is both sides: what starts the thread, and it.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import { type LinkCounts, type LinkOrders, openRelay } from './link-relay.ts';

export interface RunningLink {
  readonly host: string;
  readonly port: number;
  /** What it has carried so far. */
  counts(): LinkCounts;
  stop(): Promise<void>;
}

/** One number each, shared between the threads: asking costs no message. */
const COUNTED = ['bytesThere', 'bytesBack', 'connections'] as const satisfies (keyof LinkCounts)[];

type LinkMessage = { readonly port: number } | { readonly failed: UserError };

interface Started {
  readonly orders: LinkOrders;
  readonly cells: Float64Array;
}

/** @throws UserError (4 not admitted, 3 cannot listen). */
export async function startLink(orders: LinkOrders): Promise<RunningLink> {
  const cells = new Float64Array(new SharedArrayBuffer(8 * COUNTED.length));
  const started: Started = { orders, cells };
  const file = new URL('../../dist/world/link.js', import.meta.url);
  const worker = new Worker(file, { workerData: { link: started } });
  const said = await new Promise<LinkMessage>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  if ('failed' in said) throw new UserError(said.failed.message, said.failed);
  return {
    host: orders.host,
    port: said.port,
    counts: () => countsIn(cells),
    stop: async () => {
      await worker.terminate();
    },
  };
}

function countsIn(cells: Float64Array): LinkCounts {
  const [bytesThere = 0, bytesBack = 0, connections = 0] = cells;
  return { bytesThere, bytesBack, connections };
}

// The check of workerData: this module is also imported where some other worker is at work.
if (!isMainThread && workerData?.link !== undefined) {
  const { orders, cells } = workerData.link as Started;
  openRelay(orders, (what, more) => {
    const at = COUNTED.indexOf(what);
    cells[at] = (cells[at] ?? 0) + more;
  }).then(
    (port) => parentPort?.postMessage({ port }),
    ({ message, hint, exitCode }: UserError) =>
      parentPort?.postMessage({ failed: { message, hint, exitCode } }),
  );
}
