// How big a storm each variant survives, in words, for every renderer.
import type { CapacityFacts, VariantCapacity } from '../result/result.ts';
import { escapeTerminal } from './escape.ts';
import { formatShort, shorten } from './format.ts';
import type { Study } from './study.ts';

/** E.g. `158 to 189/s`, with what stands in the way of one that is open to a side. */
export function survives({ held, broke, invalid, ended }: VariantCapacity): string {
  const rate = (value: number) => formatShort(Math.round(value));
  const end = { found: '', 'out-of-time': ', out of time', interrupted: ', interrupted' }[ended];
  if (held !== undefined && broke !== undefined) return `${rate(held)} to ${rate(broke)}/s${end}`;
  if (held !== undefined) {
    const beyond =
      invalid === undefined
        ? ''
        : `; ${rate(invalid)}/s is more than this machine's generator holds`;
    return `${rate(held)}/s at least${beyond}${end}`;
  }
  if (broke !== undefined) return `less than ${rate(broke)}/s${end}`;
  return invalid === undefined
    ? `not found${end}`
    : `not found: at ${rate(invalid)}/s it cannot be told${end}`;
}

/** In the order of the report's variants. */
export function capacities({ result, standings }: Study): readonly VariantCapacity[] {
  const place = new Map(standings.map(({ variant }, i) => [variant.name, i]));
  return [...(result.capacity?.variants ?? [])].sort(
    (a, b) => (place.get(a.variant) ?? 0) - (place.get(b.variant) ?? 0),
  );
}

/** E.g. `attack sessions a second of bouncers`. */
export function unitOf({ of }: CapacityFacts): string {
  return of === 'all attackers' ? 'attack sessions a second' : `sessions a second of ${of}`;
}

const NAME_WIDTH = 18;

/** At most `room` lines. */
export function capacityLines(facts: Study, width: number, room: number): string[] {
  const { capacity } = facts.result;
  if (!capacity || room < 2) return [];
  const all = capacities(facts);
  const names = all.map(({ variant }) => shorten(escapeTerminal(variant), NAME_WIDTH));
  const longest = Math.max(...names.map((name) => name.length));
  const lines = all.map((one, i) => `${names[i]?.padEnd(longest)}  ${survives(one)}`);
  return [`survives, in ${unitOf(capacity)}:`, ...lines]
    .slice(0, room)
    .map((line) => shorten(line.replaceAll('\u00a0', ' '), width));
}
