// What the zone must know of a run: plain data, since it is answered from in a thread of its own.
import type { Hosts, Plan } from '../../plan/plan.ts';
import { DEFAULT_DNS, type WorldDns } from '../../scenario/scenario.ts';

export interface ZoneFacts {
  readonly seed: number;
  /** The target's own. */
  readonly domain: string;
  /** All hosts that send in this run have a number below it; those above are only ever forged. */
  readonly senders: number;
  readonly bots: readonly Hosts[];
  /** Hosts whose mail may come from several machines (see plan/provider-machines.ts). */
  readonly providers: readonly Hosts[];
  readonly dns: WorldDns;
}

export function zoneFacts(plan: Plan, providers: readonly Hosts[]): ZoneFacts {
  const { seed, world, actors } = plan;
  return {
    seed,
    domain: world.domain,
    senders: actors.reduce((end, { hosts }) => Math.max(end, hosts.first + hosts.count), 0),
    bots: actors.filter(({ actor }) => actor.kind === 'bot').map(({ hosts }) => hosts),
    providers,
    dns: world.dns ?? DEFAULT_DNS,
  };
}
