// The address that an attempt comes from where a provider has many machines: its retries come from
// whichever of them is free, and a greylist takes each for a stranger.
import type { Plan, PlannedActor } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { Dialect } from './actor.ts';

const STREAM = 4233;
const MACHINE_STREAM = 4234;
/** Machines of a provider that share its queue. An assumption: their number is not published. */
const MACHINES = 8;

/** The number of the host, of the same actor, whose address it is; the first attempt comes from the sender's own. */
export function roamingHost(
  { seed }: Pick<Plan, 'seed'>,
  { hosts }: Pick<PlannedActor, 'hosts'>,
  { roams }: Dialect,
  host: number,
  attempt: number,
): number {
  if (!roams || attempt === 0) return host;
  const machine = Math.floor(uniform(seed, STREAM, host, attempt) * MACHINES);
  return machine === 0
    ? host
    : hosts.first + Math.floor(uniform(seed, MACHINE_STREAM, host, machine) * hosts.count);
}
