// People who never had a mailbox at a simulated host: whom spammers guess, harvest and forge.

import { mailDomain } from '../plan/host-name.ts';
import type { Random } from '../plan/random.ts';
import { integer, pick } from './draw.ts';

const GIVEN = [
  'john',
  'mary',
  'peter',
  'susan',
  'kenji',
  'olga',
  'pablo',
  'ingrid',
  'ahmed',
  'chloe',
] as const;
const FAMILY = [
  'smith',
  'brown',
  'keller',
  'rossi',
  'tanaka',
  'novak',
  'silva',
  'larsen',
  'dubois',
] as const;

/** An address as spammers guess or harvest them, at the domain that `host` takes mail for. */
export function bouncingRecipient(host: string, random: Random): string {
  const given = pick(random, GIVEN);
  const family = pick(random, FAMILY);
  const locals = [
    `${given}.${family}`,
    `${given.slice(0, 1)}${family}`,
    `${given}${integer(random, 1, 99)}`,
    `${family}_${given}`,
    `${given}${family}${integer(random, 1950, 1999)}`,
  ] as const;
  return `${pick(random, locals)}@${mailDomain(host)}`;
}
