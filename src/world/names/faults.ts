// Which names a broken name server answers with SERVFAIL, or not at all. By the name, so that asking
// again does not help; the target's own names and the sink's are spared, since without them nothing works.

import { LABORATORY } from '../../guard/guard.ts';
import { hash, uniform } from '../../plan/random.ts';
import type { ZoneFacts } from './facts.ts';
import { SINK_NAME } from './records.ts';

export type Fault = 'servfail' | 'silence';

const STREAM = 7304;
/** The laboratory's own network, written backwards. */
const OWN_NETWORK = `.${LABORATORY.target.split('.').slice(0, 3).reverse().join('.')}.in-addr.arpa`;

export function makeFaults({
  seed,
  domain,
  dns: { servfail, silence },
}: Pick<ZoneFacts, 'seed' | 'domain' | 'dns'>): (name: string) => Fault | undefined {
  if (servfail === 0 && silence === 0) return () => undefined;
  return (name) => {
    if (name === domain || name.endsWith(`.${domain}`)) return undefined;
    if (name === SINK_NAME || name.endsWith(OWN_NETWORK)) return undefined;
    const draw = uniform(seed, STREAM, codeOf(name));
    if (draw < servfail) return 'servfail';
    return draw < servfail + silence ? 'silence' : undefined;
  };
}

function codeOf(name: string): number {
  let code = 0;
  for (let i = 0; i < name.length; i += 1) code = hash(code, name.charCodeAt(i));
  return code;
}
