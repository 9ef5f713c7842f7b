// Brings the candidates of all sources together: judged, in lower case, each address once. Whatever is left
// out is counted, and the first ones are named with their place and the reason.
import { type AddressRules, readAddress } from './address.ts';
import { AddressSet } from './address-set.ts';
import type { Place, Source, Taker } from './source.ts';

export interface GatherRules extends AddressRules {
  /** In lower case; addresses of other domains are left out. Empty: all are kept. */
  readonly domains: readonly string[];
  /** The table's format takes a line that begins with `#` for a comment. */
  readonly hashComments: boolean;
  /** How many problems to name. */
  readonly show: number;
}

export interface Findings {
  /** No addresses, or not readable as such. */
  invalid: number;
  /** There already, from another place. */
  duplicates: number;
  /** Of other domains than those asked for. */
  elsewhere: number;
  /** No mail addresses and not meant to be. */
  skipped: number;
  /** `place: text: reason`, of invalid ones and duplicates in their order, up to as many as asked for. */
  readonly problems: string[];
}

export interface Gathered {
  readonly addresses: AddressSet;
  readonly findings: Findings;
}

/** @throws what a source does: UserError (2, 3), or the signal's reason. */
export async function gather(
  sources: readonly Source[],
  rules: GatherRules,
  signal: AbortSignal,
): Promise<Gathered> {
  const gatherer = new Gatherer(rules);
  for (const source of sources) {
    gatherer.beginSource(source);
    await source.read(gatherer, signal);
  }
  return gatherer;
}

class Gatherer implements Taker, Gathered {
  readonly addresses = new AddressSet();
  readonly findings: Findings = {
    invalid: 0,
    duplicates: 0,
    elsewhere: 0,
    skipped: 0,
    problems: [],
  };
  readonly #rules: GatherRules;
  readonly #domains: ReadonlySet<string>;
  readonly #begun: { readonly source: Source; readonly first: number }[] = [];
  /** The line of each address; 0 where its source has none. */
  #lines = new Uint32Array(1024);
  /** Of an entry, all values at one place: what it says twice is no mistake of anybody's. */
  #place: Place = '';
  #firstOfPlace = 0;

  constructor(rules: GatherRules) {
    this.#rules = rules;
    this.#domains = new Set(rules.domains);
  }

  beginSource(source: Source): void {
    this.#begun.push({ source, first: this.addresses.size });
    this.#place = '';
  }

  take(candidate: string, place: Place): void {
    const { address, reason } = readAddress(candidate, this.#rules);
    if (address === undefined) this.refuse(candidate, place, reason);
    else if (!this.#isWanted(address)) this.findings.elsewhere += 1;
    else if (this.#rules.hashComments && address.startsWith('#')) {
      this.refuse(candidate, place, 'Postfix takes a line that begins with # for a comment');
    } else this.#keep(address, place);
  }

  refuse(text: string, place: Place, reason: string): void {
    this.findings.invalid += 1;
    this.#show(text, place, reason);
  }

  skip(): void {
    this.findings.skipped += 1;
  }

  #isWanted(address: string): boolean {
    if (this.#domains.size === 0) return true;
    return this.#domains.has(address.slice(address.lastIndexOf('@') + 1));
  }

  #keep(address: string, place: Place): void {
    const size = this.addresses.size;
    if (place !== this.#place) {
      this.#place = place;
      this.#firstOfPlace = size;
    }
    const number = this.addresses.add(address);
    if (number === size) this.#rememberLine(number, place);
    else if (typeof place === 'number' || number < this.#firstOfPlace) {
      this.findings.duplicates += 1;
      this.#show(address, place, `it is there already${this.#whereItIs(number)}`);
    }
  }

  #rememberLine(number: number, place: Place): void {
    if (number === this.#lines.length) {
      const larger = new Uint32Array(number * 2);
      larger.set(this.#lines);
      this.#lines = larger;
    }
    this.#lines[number] = typeof place === 'number' ? place : 0;
  }

  #whereItIs(number: number): string {
    const line = this.#lines[number] ?? 0;
    const source = this.#begun.findLast(({ first }) => first <= number)?.source;
    return line > 0 && source ? ` (${source.placeOf(line)})` : ' (another entry)';
  }

  #show(text: string, place: Place, reason: string): void {
    if (this.findings.problems.length >= this.#rules.show) return;
    const where = this.#begun.at(-1)?.source.placeOf(place) ?? '';
    this.findings.problems.push(`${shortened(where)}: ${shortened(text)}: ${reason}`);
  }
}

/** For a terminal: nothing that it would obey, and no more than a line. */
function shortened(text: string): string {
  const plain = text.replace(/\p{C}/gu, '?');
  return plain.length > 100 ? `${plain.slice(0, 100)}…` : plain;
}
