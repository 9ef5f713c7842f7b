// Names of mail servers that do not exist, and of people who never had a mailbox there. All under
// .example, so that nothing can resolve or be hit; the same host always has the same name.

import { hash, type Random, randomStream, uniform } from '../plan/random.ts';
import { integer, pick } from './draw.ts';

const STREAM = 4201;
const ROLES = list('mx1 mx2 mx01 mail mail2 smtp relay mailgate mta3 gw1');
const FIRST = list(
  'north south river stone amber silver harbour cedar falcon delta granite meadow copper summit willow orchard polar linden maple tidal',
);
const SECOND = list(
  'wind works tools press freight textil optics labs foods print college clinic travel cycles paper hosting media metal seeds toys',
);
const GIVEN = list('john mary peter susan kenji olga pablo ingrid ahmed chloe');
const FAMILY = list('smith brown keller rossi tanaka novak silva larsen dubois');

function list(words: string): [string, ...string[]] {
  const [first = '', ...rest] = words.split(' ');
  return [first, ...rest];
}

/** `mx1.northwind.example`; host n has this name in every run of the seed. */
export function hostName(seed: number, hostIndex: number): string {
  const random = randomStream(seed, STREAM, hostIndex);
  const role = pick(random, ROLES);
  const site = random() < 0.3 ? String(integer(random, 2, 99)) : '';
  return `${role}.${pick(random, FIRST)}${pick(random, SECOND)}${site}.example`;
}

/** `mx1.northwind.example` → `northwind.example` */
export function mailDomain(host: string): string {
  return host.slice(host.indexOf('.') + 1);
}

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

/** A number in [0, 1) that belongs to the name: what a host does or does not do, it does for good. */
export function traitOf(host: string): number {
  return uniform(
    [...host].reduce((code, letter) => hash(code, letter.charCodeAt(0)), 0),
    STREAM,
    0,
  );
}
