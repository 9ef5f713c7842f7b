// The machines of a provider that share its queue: a retry comes from whichever of them is free, so from
// another address than the message's first attempt. Its SPF record names them all.
import type { Hosts } from './plan.ts';
import { uniform } from './random.ts';

const STREAM = 4234;
/** The sender's own host is the first. An assumption: how many there are is not published. */
export const MACHINES = 8;

/** The number of the host, of the same actor, that machine `machine` of a host's provider is. */
export function machineOf(seed: number, hosts: Hosts, host: number, machine: number): number {
  if (machine === 0) return host;
  return hosts.first + Math.floor(uniform(seed, STREAM, host, machine) * hosts.count);
}
