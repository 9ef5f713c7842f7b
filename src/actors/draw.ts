// Draws from a stream of random numbers: a choice, an integer, a string, an address of nobody.

import type { Hosts } from '../plan/plan.ts';
import type { Random } from '../plan/random.ts';
import { shareOut } from '../plan/shares.ts';

export const HEX = '0123456789ABCDEF';
export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function pick<const L extends readonly [unknown, ...unknown[]]>(
  random: Random,
  list: L,
): L[number] {
  return list[Math.floor(random() * list.length)] ?? list[0];
}

/** From `low` to `high`, both included. */
export function integer(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function characters(random: Random, alphabet: string, length: number): string {
  let text = '';
  while (text.length < length) text += alphabet.charAt(Math.floor(random() * alphabet.length));
  return text;
}

/** An IPv4 address of the three blocks that are kept for documentation (RFC 5737). */
export function documentationAddress(random: Random): string {
  return `${pick(random, ['192.0.2', '198.51.100', '203.0.113'])}.${integer(random, 1, 254)}`;
}

/** A mix of names by weight: each host's name, with each name in its share of the sessions. */
export function mixOver<Name extends string>(
  names: readonly Name[],
  weights: Readonly<Partial<Record<Name, number>>>,
  hosts: Hosts,
  draw: (host: number) => number,
): (host: number) => Name {
  const used = names.filter((name) => weights[name]);
  const [first] = used;
  if (first === undefined) throw new Error('a mix without weights');
  const at = shareOut(
    used.map((name) => weights[name] ?? 0),
    hosts,
    draw,
  );
  return (host) => used[at(host)] ?? first;
}
