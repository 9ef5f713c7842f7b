// The names of simulated hosts, mail servers that do not exist. All under .example, so that nothing can
// resolve or be hit. The same host always has the same name, and no two hosts of a run share a domain: what
// a server remembers by name it must not remember of another. And back: whose a name is.
import { hash, uniform } from './random.ts';

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

/** Bits for each of the two words. */
const WORD_BITS = Math.log2(FIRST.length);
const WORD_MASK = FIRST.length - 1;
const PAIRS = FIRST.length * SECOND.length;
/** From 2 to 99 behind a name, for the hosts that come after all pairs of words are used up. */
const NUMBERS = 98;
const ROUNDS = 3;
/** So many hosts have names and domains of their own. */
export const NAMED_HOSTS = PAIRS * (NUMBERS + 1);
function list(words: string): [string, ...string[]] {
  const [first = '', ...rest] = words.trim().split(/\s+/);
  return [first, ...rest];
}

/**
 * `mx1.northwind.example`; host n has this name in every run of the seed, and its domain no other host
 * below NAMED_HOSTS.
 */
export function hostName(seed: number, hostIndex: number): string {
  const lap = Math.floor(hostIndex / PAIRS);
  const pair = shuffled(seed, lap, hostIndex % PAIRS);
  const role = ROLES[Math.floor(uniform(seed, STREAM, hostIndex) * ROLES.length)];
  const domain = `${FIRST[pair >>> WORD_BITS]}${SECOND[pair & WORD_MASK]}`;
  const number = lap === 0 ? '' : 2 + ((numberShift(seed, pair) + lap) % NUMBERS);
  return `${role}.${domain}${number}.example`;
}

/** From both words to their pair's place; made when it is first asked for. */
let pairs: ReadonlyMap<string, number> | undefined;

function pairOf(words: string): number | undefined {
  pairs ??= new Map(
    FIRST.flatMap((first, i) =>
      SECOND.map((second, j) => [`${first}${second}`, (i << WORD_BITS) | j] as const),
    ),
  );
  return pairs.get(words);
}

/** The host whose mail domain it is; undefined where there is none of this seed. */
export function hostOfDomain(seed: number, domain: string): number | undefined {
  const [, words = '', digits = ''] = /^([a-z]+)([1-9]\d?)?\.example$/.exec(domain) ?? [];
  const pair = pairOf(words);
  if (pair === undefined || digits === '1') return undefined;
  const lap = digits === '' ? 0 : lapOf(Number(digits), numberShift(seed, pair));
  return lap * PAIRS + unshuffled(seed, lap, pair);
}

/** The same words have another number in every lap. */
function numberShift(seed: number, pair: number): number {
  return hash(seed, STREAM, pair) % NUMBERS;
}

/** From 1 on. */
function lapOf(number: number, shift: number): number {
  return ((number - 2 - shift - 1 + 2 * NUMBERS) % NUMBERS) + 1;
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

/** The other way round. */
function unshuffled(seed: number, lap: number, pair: number): number {
  let left = pair >>> WORD_BITS;
  let right = pair & WORD_MASK;
  for (let round = ROUNDS; round >= 1; round -= 1) {
    const before = right ^ (hash(seed, STREAM + round, lap, left) & WORD_MASK);
    right = left;
    left = before;
  }
  return (left << WORD_BITS) | right;
}

/** `mx1.northwind.example` → `northwind.example` */
export function mailDomain(host: string): string {
  return host.slice(host.indexOf('.') + 1);
}

/** A number in [0, 1) that belongs to the name: what a host does or does not do, it does for good. */
export function traitOf(host: string): number {
  return uniform(
    [...host].reduce((code, letter) => hash(code, letter.charCodeAt(0)), 0),
    STREAM,
    0,
  );
}
