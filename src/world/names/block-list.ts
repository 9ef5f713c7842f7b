// The block list of client addresses: a share of the bots' hosts is on it, and nobody else. A host that
// bots share with other senders (a world with fewer sources than attackers) is listed as theirs: a list
// knows addresses, not what they send this time.

import { uniform } from '../../plan/random.ts';
import { shareOut } from '../../plan/shares.ts';
import { hostAtAddress } from '../../plan/source-address.ts';
import type { ZoneFacts } from './facts.ts';
import type { Records } from './records.ts';
import { contains } from './simulated-hosts.ts';

const STREAM = 7303;

/** Lists of the good ones: a bot that is on one would be let in. */
const WELCOME_LIST = /(?:^|\.)(?:dns|ip)?s?wl\.|white|allow|welcome/;

/** Every list but of the good ones has the same entries. `octets`: of the address asked for. */
export type BlockList = (octets: readonly number[], list: string) => Records | undefined;

export function makeBlockList({ seed, bots, dns }: ZoneFacts): BlockList {
  // In their share of the sessions, not of the hosts: a few bots send most.
  const picks =
    dns.dnsbl === 0 || dns.dnsbl === 1
      ? []
      : bots.map((hosts) => ({
          hosts,
          at: shareOut([1 - dns.dnsbl, dns.dnsbl], hosts, (host) => uniform(seed, STREAM, host)),
        }));
  const isListed = (host: number): boolean => {
    if (dns.dnsbl === 0) return false;
    if (dns.dnsbl === 1) return bots.some((hosts) => contains(hosts, host));
    return picks.some(({ hosts, at }) => contains(hosts, host) && at(host) === 1);
  };
  return (octets, list) => {
    if (WELCOME_LIST.test(`${list}.`)) return undefined;
    const host = hostAtAddress(octets);
    const listed = host === undefined ? isTestEntry(octets) : isListed(host);
    if (!listed) return undefined;
    return { a: '127.0.0.2', txt: `${octets.join('.')} sends spam` };
  };
}

/** Every list has this one entry (RFC 5782, 5). */
function isTestEntry(octets: readonly number[]): boolean {
  return octets.join('.') === '127.0.0.2';
}
