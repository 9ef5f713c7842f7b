// Names of mail servers that do not exist, and of people who never had a mailbox there. All under
// .example, so that nothing can resolve or be hit. The same host always has the same name, and no two
// hosts of a run share a domain: what a server remembers by name it must not remember of another.

import { hash, type Random, uniform } from '../plan/random.ts';
import { integer, pick } from './draw.ts';

const STREAM = 4201;
const ROLES = list('mx1 mx2 mx01 mail mail2 smtp relay mailgate mta3 gw1');
/** Together `northwind`: no two pairs make the same name. */
const FIRST = list(`
  north south river stone amber silver harbour cedar falcon delta granite meadow copper summit
  willow orchard polar linden maple tidal autumn badger beacon birch bramble breeze bright bronze
  canyon castle cherry clover cobalt coral cotton crane crystal dawn dune eagle east ember evening
  fern field forest fox garnet ginger glacier golden grove gull hazel heath heron hill holly
  hollow indigo iron island ivory ivy jade juniper kestrel lagoon lake lark laurel lily lunar
  lupin magpie marble marsh mint misty moon moss myrtle noble oak ocean olive onyx opal osprey
  otter pearl pebble pine plum poplar prairie quartz quiet raven reed robin rose rowan royal ruby
  rustic sable sage salmon sand scarlet shadow sky slate snow solar sparrow spring spruce star
  storm sun swan swift thistle thunder timber topaz
`);
const SECOND = list(`
  wind works tools press freight textil optics labs foods print college clinic travel cycles paper
  hosting media metal seeds toys agency arts bakery bank bikes boats books bottles brewery bridge
  broker build cables candles cards cargo carpets cars catalog ceramic charity cheese cinema
  coffee colour concept consult craft credit data dental design digital doors drinks energy
  estates events export fabric farms fashion fibre films finance fish fitness floors flowers forge
  fruit funds garage gardens gifts glass group guide guitars health homes hotel housing images
  invest jewels journal keys kitchen ladders leather legal letters library lights linen logic
  lumber machine market marine medical mills mobile motors museum music network notary office
  organic outdoor paints parcel parts pets pharma photo pianos pipes plants plastic pumps radio
  records rental repair retail
`);
const GIVEN = list('john mary peter susan kenji olga pablo ingrid ahmed chloe');
const FAMILY = list('smith brown keller rossi tanaka novak silva larsen dubois');

/** Bits for each of the two words. */
const WORD_BITS = Math.log2(FIRST.length);
const WORD_MASK = FIRST.length - 1;
const PAIRS = FIRST.length * SECOND.length;
/** From 2 to 99 behind a name, for the hosts that come after all pairs of words are used up. */
const NUMBERS = 98;
const ROUNDS = 3;

function list(words: string): [string, ...string[]] {
  const [first = '', ...rest] = words.trim().split(/\s+/);
  return [first, ...rest];
}

/**
 * `mx1.northwind.example`; host n has this name in every run of the seed, and its domain no other host
 * below 1.6 million.
 */
export function hostName(seed: number, hostIndex: number): string {
  const lap = Math.floor(hostIndex / PAIRS);
  const pair = shuffled(seed, lap, hostIndex % PAIRS);
  const role = pick(() => uniform(seed, STREAM, hostIndex), ROLES);
  const domain = `${FIRST[pair >>> WORD_BITS]}${SECOND[pair & WORD_MASK]}`;
  // The same words have another number in every lap.
  const number = lap === 0 ? '' : 2 + ((hash(seed, STREAM, pair) + lap) % NUMBERS);
  return `${role}.${domain}${number}.example`;
}

/** A place among the pairs of words, each taken once in a lap: a Feistel network over its two halves. */
function shuffled(seed: number, lap: number, place: number): number {
  let left = place >>> WORD_BITS;
  let right = place & WORD_MASK;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const next = left ^ (hash(seed, STREAM + round, lap, right) & WORD_MASK);
    left = right;
    right = next;
  }
  return (left << WORD_BITS) | right;
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
