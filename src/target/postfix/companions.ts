// The servers that a tuned Postfix asks (greylist, directory), in a worker thread: their work must
// not delay the generator's timers. This file is both sides: what starts the thread, and the thread.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Directory } from '../../world/directory.ts';
import { Greylist } from '../../world/greylist.ts';
import type { Site } from '../target.ts';
import { startDirectoryServer } from './directory-server.ts';
import { startPolicyServer } from './policy-server.ts';
import type { CompanionPorts } from './tuning-settings.ts';

/** What each server needs; absent where the tuning needs none. Real milliseconds. */
interface Orders {
  readonly greylist?: { readonly delayMs: number; readonly windowMs: number };
  readonly directory?: {
    readonly recipients: readonly string[];
    readonly waitMs: number;
    readonly connections: number;
  };
}

export interface Companions {
  readonly ports: CompanionPorts;
  stop(): Promise<void>;
}

function ordersFor({ tuning, recipients, compress }: Site): Orders {
  const { greylist, recipients: table } = tuning;
  return {
    ...(greylist !== undefined &&
      greylist !== 'off' && {
        greylist: { delayMs: greylist.delayMs / compress, windowMs: greylist.windowMs / compress },
      }),
    ...(table !== undefined &&
      table !== 'catch-all' &&
      table.table === 'ldap' && {
        directory: { recipients, waitMs: table.waitMs ?? 8, connections: table.connections ?? 8 },
      }),
  };
}

export async function startCompanions(site: Site): Promise<Companions> {
  const orders = ordersFor(site);
  if (Object.keys(orders).length === 0) return { ports: {}, stop: async () => undefined };
  const file = new URL('../../../dist/target/postfix/companions.js', import.meta.url);
  const worker = new Worker(file, { workerData: { companions: orders } });
  const ports = await new Promise<CompanionPorts>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    ports,
    stop: async () => {
      await worker.terminate();
    },
  };
}

async function serve({ greylist, directory }: Orders): Promise<CompanionPorts> {
  return {
    ...(greylist && { policy: await startPolicyServer(new Greylist(greylist)) }),
    ...(directory && {
      directory: await startDirectoryServer(new Directory(directory.recipients, directory)),
    }),
  };
}

// The check of workerData: this module is also imported where some other worker is at work.
if (!isMainThread && workerData?.companions !== undefined) {
  parentPort?.postMessage(await serve(workerData.companions as Orders));
}
