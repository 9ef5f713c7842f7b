// The address that an attempt comes from where a provider has many machines: its retries come from
// whichever of them is free, and a greylist takes each for a stranger.
import type { Hosts, Plan, PlannedActor } from '../plan/plan.ts';
import { MACHINES, machineOf } from '../plan/provider-machines.ts';
import { uniform } from '../plan/random.ts';
import { type Actor, DIALECT_NAMES } from '../scenario/scenario.ts';
import type { Dialect } from './actor.ts';
import { DIALECTS } from './dialects/registry.ts';

const STREAM = 4233;

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
  return machineOf(seed, hosts, host, machine);
}

/** The hosts of the actors some of whose systems are such providers. */
export function roamingHosts({ actors }: Pick<Plan, 'actors'>): Hosts[] {
  return actors.filter(({ actor }) => hasProviders(actor)).map(({ hosts }) => hosts);
}

function hasProviders(actor: Actor): boolean {
  if (actor.kind !== 'bouncer' && actor.kind !== 'legit') return false;
  const shares = actor.kind === 'bouncer' ? actor.dialects : actor.systems;
  return DIALECT_NAMES.some((name) => shares[name] && DIALECTS[name].roams);
}
