// The embedded target's process: takes orders over the channel to its parent, and ends with it. When
// the parent dies, by whatever signal, the channel closes; SIGINT is the parent's to answer.
import { UserError } from '../../errors.ts';
import { isLackOfDescriptors } from '../../world/descriptors.ts';
import type { TargetSample } from '../target.ts';
import type { Answer, Order, Passed } from './protocol.ts';
import { type EmbeddedServer, startServer } from './server.ts';
import type { PlacedSite } from './ways.ts';

let server: EmbeddedServer | undefined;
/** What this process had used before it was ready is not the load's. */
let usedBefore = process.cpuUsage();

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => obey(order));

function answer(message: Answer): void {
  process.send?.(message);
}

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'start':
      return start(order.site);
    case 'sample':
      return answer({ kind: 'sample', id: order.id, sample: sample(), passed: passed() });
    case 'stop':
      return stop();
  }
}

async function start(site: PlacedSite): Promise<void> {
  try {
    server = await startServer(site);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, hint } = error;
    return answer({ kind: 'failed', message, exitCode, hint });
  }
  const { address, configuration } = server;
  usedBefore = process.cpuUsage();
  answer({ kind: 'ready', address, configuration });
}

/** This process alone: it starts no others. */
function usage(): TargetSample {
  const { user, system } = process.cpuUsage(usedBefore);
  const memoryBytes = residentBytes();
  return { cpuS: (user + system) / 1e6, ...(memoryBytes !== undefined && { memoryBytes }) };
}

/** It is read from /proc, which takes a descriptor. */
function residentBytes(): number | undefined {
  try {
    return process.memoryUsage.rss();
  } catch (error) {
    if (isLackOfDescriptors(error)) return undefined;
    throw error;
  }
}

function sample(): TargetSample {
  return { ...server?.sample(), ...usage() };
}

function passed(): Passed {
  return server?.passed() ?? { sessions: 0, asked: 0, swallowed: 0 };
}

async function stop(): Promise<void> {
  if (!server) return process.exit(0);
  const totals = await server.stop();
  const last = { ...totals.last, ...usage() };
  answer({ kind: 'stopped', totals: { ...totals, last }, passed: passed() });
}
