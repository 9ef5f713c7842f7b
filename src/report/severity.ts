// How bad a stretch of time was for real mail: the colours of the lanes and of the emoji strip. Where
// the goal limits the delay, every colour but the first is beyond it: a breach cannot look like calm.
import type { Second } from '../result/result.ts';
import { formatLength } from './format.ts';

/** Index into the delay colours; 4: not delivered. */
type Severity = 0 | 1 | 2 | 3 | 4;

export interface Bands {
  /** Seconds; a delay up to the first is severity 0, beyond the last 3. */
  readonly limits: readonly [number, number, number];
  /** By severity. */
  readonly names: readonly string[];
}

/** What people put up with, where the scenario does not say. */
const FIXED = [1, 5, 20] as const;
/** Times the goal's limit. */
const TIMES = [1, 2, 5] as const;

/** `limit`: the goal's, in seconds. */
export function bandsOf(limit: number | undefined): Bands {
  const factor = limit ?? 1;
  const [a, b, c] = limit === undefined ? FIXED : TIMES;
  const [low, middle, high] = [a * factor, b * factor, c * factor] as const;
  return {
    limits: [low, middle, high],
    names: [
      limit === undefined ? `up to ${formatLength(low)}` : `within the goal's ${formatLength(low)}`,
      between(low, middle),
      between(middle, high),
      `over ${formatLength(high)}`,
      'not delivered',
    ],
  };
}

/** `1.5–3 s`, `500 ms–1 s`. */
function between(from: number, to: number): string {
  const [start = '', unit] = formatLength(from).split('\u00a0');
  const end = formatLength(to);
  return end.endsWith(`\u00a0${unit}`) ? `${start}–${end}` : `${formatLength(from)}–${end}`;
}

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
  bands: Bands,
): Slot[] {
  const width = Math.max(1, Math.ceil((span.to - span.from) / most));
  const found: Slot[] = [];
  for (let from = span.from; from < span.to; from += width) {
    const to = Math.min(from + width, span.to);
    const within = timeline.filter((second) => second.t >= from && second.t < to);
    found.push({ from, to, severity: worst(within.map((second) => severityOf(second, bands))) });
  }
  return found;
}

function severityOf(second: Second, { limits }: Bands): Severity | undefined {
  const { due, undelivered, slowest } = second.legit;
  if (undelivered > 0) return 4;
  if (due === 0 || slowest === undefined) return undefined;
  const [low, middle, high] = limits;
  if (slowest <= low) return 0;
  if (slowest <= middle) return 1;
  return slowest <= high ? 2 : 3;
}

function worst(severities: readonly (Severity | undefined)[]): Severity | undefined {
  return severities.reduce(
    (a, b) => (b !== undefined && (a === undefined || b > a) ? b : a),
    undefined,
  );
}
