// How bad a stretch of time was for real mail: the colours of the lanes and of the emoji strip.
import type { Second } from '../result/result.ts';

/** Indices into the delay colours: under 1 s, 1–5 s, 5–20 s, over 20 s, not delivered. */
type Severity = 0 | 1 | 2 | 3 | 4;
export const SEVERITY_NAMES = [
  'under 1 s',
  '1–5 s',
  '5–20 s',
  'over 20 s',
  'not delivered',
] as const;

export interface Slot {
  readonly from: number;
  readonly to: number;
  /** Of the worst message due in it; undefined when none was due. */
  readonly severity: Severity | undefined;
}

/** Divides from…to into slots of whole seconds, at most `most` of them; the worst second wins. */
export function slots(
  timeline: readonly Second[],
  span: { readonly from: number; readonly to: number },
  most: number,
): Slot[] {
  const width = Math.max(1, Math.ceil((span.to - span.from) / most));
  const found: Slot[] = [];
  for (let from = span.from; from < span.to; from += width) {
    const to = Math.min(from + width, span.to);
    const within = timeline.filter((second) => second.t >= from && second.t < to);
    found.push({ from, to, severity: worst(within.map(severityOf)) });
  }
  return found;
}

function severityOf(second: Second): Severity | undefined {
  const { due, undelivered, slowest } = second.legit;
  if (undelivered > 0) return 4;
  if (due === 0 || slowest === undefined) return undefined;
  if (slowest < 1) return 0;
  if (slowest < 5) return 1;
  return slowest <= 20 ? 2 : 3;
}

function worst(severities: readonly (Severity | undefined)[]): Severity | undefined {
  return severities.reduce(
    (a, b) => (b !== undefined && (a === undefined || b > a) ? b : a),
    undefined,
  );
}
