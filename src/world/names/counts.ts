// How often which question was asked. Kept in memory that two threads share: the name server counts, and
// who asks for the counts need not wait for it.
import { DNS_COUNTS } from '../../scenario/metrics.ts';
import type { Response } from './wire-format.ts';

type CountName = (typeof DNS_COUNTS)[number];

/** Questions by type, those to block lists apart; and how many of all were answered by a fault. */
export type QuestionCounts = Readonly<Record<CountName, number>>;

export function makeCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(DNS_COUNTS.length * Uint32Array.BYTES_PER_ELEMENT);
}

export function readCounts(shared: SharedArrayBuffer): QuestionCounts {
  const numbers = new Uint32Array(shared);
  const entries = DNS_COUNTS.map((type, i) => [type, numbers[i] ?? 0] as const);
  return Object.fromEntries(entries) as Record<CountName, number>;
}

/** An address written backwards before the name of a list. */
const LISTED = /^\d+\.\d+\.\d+\.\d+\.(?!in-addr\.arpa$)/;

export function counter(shared: SharedArrayBuffer): (response: Response) => void {
  const numbers = new Uint32Array(shared);
  const add = (type: CountName): void => {
    const at = DNS_COUNTS.indexOf(type);
    numbers[at] = (numbers[at] ?? 0) + 1;
  };
  return ({ type, name, fault }) => {
    const asked = type.toLowerCase();
    if (LISTED.test(name)) add('dnsbl');
    else add(DNS_COUNTS.find((known) => known === asked) ?? 'other');
    if (fault) add(fault);
  };
}
