// The address that an attempt comes from where a provider has many machines: its retries come from
// whichever of them is free, and a greylist takes each for a stranger.
import type { Plan } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { Dialect } from './actor.ts';

const STREAM = 4233;

/** The number of the host whose address it is; the first attempt comes from the sender's own. */
export function roamingHost(
  { seed, world }: Plan,
  { roams }: Dialect,
  host: number,
  attempt: number,
): number {
  if (!roams || attempt === 0) return host;
  return Math.floor(uniform(seed, STREAM, host, attempt) * world.sources);
}
