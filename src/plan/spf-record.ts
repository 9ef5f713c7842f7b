// What an SPF record of the victim's does to the storm. A host that honours it refuses the forged mail at
// its own door and has nothing to answer; until then it goes on with what it knows:
//
//   share of the sessions
//   100 % ───────────┐ publication
//                    │╲
//                    │  ╲
//   100 % − honoured │    ╲─────────────
//                    └─ttl─┘
//
// Busy hosts ask all the time, so each one's answer that there is no record is of any age at the
// publication, and expires at any moment within the TTL. (One that had never asked would learn of the
// record at once; a simulated host stands for one that does nothing else.) Pure, by seed and host.
import type { SpfRecord } from '../tuning/tuning.ts';
import type { Hosts, Plan } from './plan.ts';
import { uniform } from './random.ts';
import { shareOut } from './shares.ts';

export type { SpfRecord };

const HONOUR_STREAM = 4235;
const EXPIRY_STREAM = 4236;
const HONOURS = 0;

/**
 * When a host begins to refuse the forged mail, in real ms from the run's start; never: Infinity. As of a
 * mix of systems, the share is one of the sessions: by hosts alone the few busiest would decide it.
 */
export function refusalStart(
  { seed, compress, spans }: Pick<Plan, 'seed' | 'compress' | 'spans'>,
  hosts: Hosts,
  { afterMs, ttlMs, honoured }: SpfRecord,
): (host: number) => number {
  const choice = shareOut([honoured, 1 - honoured], hosts, (host) =>
    uniform(seed, HONOUR_STREAM, host),
  );
  const publishedMs = spans.stormMs + afterMs / compress;
  return (host) =>
    choice(host) === HONOURS
      ? publishedMs + (uniform(seed, EXPIRY_STREAM, host) * ttlMs) / compress
      : Number.POSITIVE_INFINITY;
}
