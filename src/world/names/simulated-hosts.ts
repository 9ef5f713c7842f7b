// The records of the simulated hosts: of each host's name, of its mail domain, and of its address.

import { LABORATORY } from '../../guard/guard.ts';
import { hostName, hostOfDomain, mailDomain, NAMED_HOSTS } from '../../plan/host-name.ts';
import type { Hosts } from '../../plan/plan.ts';
import { MACHINES, machineOf } from '../../plan/provider-machines.ts';
import { uniform } from '../../plan/random.ts';
import { sourceAddress } from '../../plan/source-address.ts';
import type { ZoneFacts } from './facts.ts';
import type { Records } from './records.ts';

const PTR_STREAM = 7301;
const DOMAIN_STREAM = 7302;
/** Shares of the addresses without a name, and with one that nobody knows. Both are assumptions. */
const NAMELESS = 0.025;
const MISNAMED = 0.025;
/**
 * Shares of the domains that nobody but a forger uses: never registered, or without mail (RFC 7505). Both
 * are assumptions.
 */
const UNREGISTERED = 0.05;
const WITHOUT_MAIL = 0.02;

type Facts = Pick<ZoneFacts, 'seed' | 'senders' | 'providers'>;

/** Of an address. */
export function reverseRecords({ seed }: Facts, host: number): Records | undefined {
  if (host >= NAMED_HOSTS) return undefined;
  const draw = uniform(seed, PTR_STREAM, host);
  if (draw < NAMELESS) return undefined;
  if (draw >= NAMELESS + MISNAMED) return { ptr: hostName(seed, host) };
  return { ptr: `${addressOf(host).replaceAll('.', '-')}.pool.invalid` };
}

/** Of a name under .example, `domain` its last two labels: undefined where it is no host's. */
export function hostRecords(
  facts: Facts,
  name: string,
  domain: string,
): { readonly host: number; readonly records: Records | undefined } | undefined {
  const host = hostOfDomain(facts.seed, domain);
  if (host === undefined) return undefined;
  return { host, records: recordsAt(facts, name, host) };
}

function recordsAt(facts: Facts, name: string, host: number): Records | undefined {
  const { seed, senders } = facts;
  const own = hostName(seed, host);
  const domain = mailDomain(own);
  const inbound = `inbound.${domain}`;
  const draw = host < senders ? 1 : uniform(seed, DOMAIN_STREAM, host);
  if (draw < UNREGISTERED) return undefined;
  const mx = draw < UNREGISTERED + WITHOUT_MAIL ? '.' : inbound;
  const txt = senderPolicy(facts, host);
  switch (name) {
    case domain:
      return { a: LABORATORY.sink, mx, txt };
    case own:
      // Mail to postmaster@ or double-bounce@ this host is caught as well.
      return { a: addressOf(host), mx, txt };
    case inbound:
      return { a: LABORATORY.sink };
    default:
      return undefined;
  }
}

/** SPF (RFC 7208). Ten addresses fit into one string of 255 octets. */
function senderPolicy({ seed, providers }: Facts, host: number): string {
  const range = providers.find((hosts) => contains(hosts, host));
  const machines = Array.from({ length: range ? MACHINES : 1 }, (_, machine) =>
    addressOf(range ? machineOf(seed, range, host, machine) : host),
  );
  return ['v=spf1', ...machines.map((address) => `ip4:${address}`), 'mx', '-all'].join(' ');
}

export function contains({ first, count }: Hosts, host: number): boolean {
  return host >= first && host < first + count;
}

function addressOf(host: number): string {
  return sourceAddress('laboratory', host) ?? '';
}
