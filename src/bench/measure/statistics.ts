// Medians, ratios within a pair, and slopes. Pure.

/** A median with what lies around it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/**
 * Of each pair by itself: what slowed a whole repeat down slowed both of it. A repeat that one of them did
 * not finish makes no pair.
 */
export function pairwise(
  own: readonly number[],
  others: readonly number[],
  figure: (own: number, other: number) => number = (a, b) => a / b,
): Spread {
  const pairs = Math.min(own.length, others.length);
  return spread(own.slice(0, pairs).map((value, i) => figure(value, others[i] ?? Number.NaN)));
}

/**
 * The median of the slopes between all pairs of points (Theil 1950, Sen 1968): a garbage collection that
 * falls between two readings does not turn it.
 */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes: number[] = [];
  for (const [i, [x, y]] of points.entries()) {
    for (const [x2, y2] of points.slice(i + 1)) if (x2 !== x) slopes.push((y2 - y) / (x2 - x));
  }
  return median(slopes);
}
