// The simulated internet's names: what a name server answers to a target in the laboratory. Pure: the
// same facts give the same records. No name leads anywhere but to the target, to the sink, or to the
// address of a simulated client.
import { LABORATORY } from '../../guard/guard.ts';
import { hostAtAddress } from '../../plan/source-address.ts';
import { makeBlockList } from './block-list.ts';
import type { ZoneFacts } from './facts.ts';
import { BEHIND_LABEL, type Records, SINK_NAME, type Zone } from './records.ts';
import { hostRecords, reverseRecords } from './simulated-hosts.ts';

/** Four numbers in front: an address written backwards. */
const REVERSED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(.+)$/;
/** A reserved domain in the middle: a list of domains is asked, and has none of ours. */
const DOMAIN_LISTED = /\.(?:test|example|invalid)\../;

export function makeZone(facts: ZoneFacts): Zone {
  const blockList = makeBlockList(facts);
  const suffix = `.${facts.domain}`;
  return (name) => {
    const [, d, c, b, a, list] = REVERSED.exec(name) ?? [];
    if (list !== undefined) {
      const octets = [a, b, c, d].map(Number);
      return list === 'in-addr.arpa' ? reverse(facts, octets) : blockList(octets, list);
    }
    if (name === facts.domain || name.endsWith(suffix)) return own(facts.domain, name);
    return name === SINK_NAME ? { a: LABORATORY.sink } : elsewhere(facts, name);
  };
}

function reverse(facts: ZoneFacts, octets: readonly number[]): Records | undefined {
  const host = hostAtAddress(octets);
  if (host !== undefined) return reverseRecords(facts, host);
  const fixed: Readonly<Record<string, string>> = {
    [LABORATORY.target]: `mx.${facts.domain}`,
    [LABORATORY.behind]: `${BEHIND_LABEL}.${facts.domain}`,
    [LABORATORY.sink]: SINK_NAME,
    '127.0.0.1': 'localhost',
  };
  const ptr = fixed[octets.join('.')];
  return ptr === undefined ? undefined : { ptr };
}

/** The target's own domain; every name below it is the target's, whatever its host is called. */
function own(domain: string, name: string): Records | undefined {
  const a = name === `${BEHIND_LABEL}.${domain}` ? LABORATORY.behind : LABORATORY.target;
  if (name === domain) return { a, mx: `mx.${domain}`, txt: 'v=spf1 mx -all' };
  return name.startsWith('_') ? undefined : { a, txt: 'v=spf1 a -all' };
}

/**
 * All other domains. Those that look like a host's are that host's; .invalid never exists (RFC 6761);
 * and any other takes mail, which the sink catches.
 */
function elsewhere(facts: ZoneFacts, name: string): Records | undefined {
  const labels = name.split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || top === 'invalid' || top === 'arpa' || !/[a-z]/.test(top))
    return undefined;
  if (top === 'example') {
    const found = hostRecords(facts, name, labels.slice(-2).join('.'));
    if (found) return found.records;
  }
  if (name.includes('_') || DOMAIN_LISTED.test(name)) return undefined;
  return { a: LABORATORY.sink, mx: SINK_NAME };
}
