// How often which question was asked. Kept in memory that two threads share: the name server counts, and
// who asks for the counts need not wait for it.
import type { Response } from './wire-format.ts';

const TYPES = ['a', 'aaaa', 'mx', 'txt', 'ptr', 'dnsbl', 'other', 'servfail', 'silence'] as const;

/** Questions by type, those to block lists apart; and how many of all were answered by a fault. */
export type QuestionCounts = Readonly<Record<(typeof TYPES)[number], number>>;

export function makeCounts(): SharedArrayBuffer {
  return new SharedArrayBuffer(TYPES.length * Uint32Array.BYTES_PER_ELEMENT);
}

export function readCounts(shared: SharedArrayBuffer): QuestionCounts {
  const numbers = new Uint32Array(shared);
  const entries = TYPES.map((type, i) => [type, numbers[i] ?? 0] as const);
  return Object.fromEntries(entries) as Record<(typeof TYPES)[number], number>;
}

/** An address written backwards before the name of a list. */
const LISTED = /^\d+\.\d+\.\d+\.\d+\.(?!in-addr\.arpa$)/;

export function counter(shared: SharedArrayBuffer): (response: Response) => void {
  const numbers = new Uint32Array(shared);
  const add = (type: (typeof TYPES)[number]): void => {
    const at = TYPES.indexOf(type);
    numbers[at] = (numbers[at] ?? 0) + 1;
  };
  return ({ type, name, fault }) => {
    const asked = type.toLowerCase();
    if (LISTED.test(name)) add('dnsbl');
    else add(TYPES.find((known) => known === asked) ?? 'other');
    if (fault) add(fault);
  };
}
