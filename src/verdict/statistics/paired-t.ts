// The mean of paired differences, with Student's bounds.
import type { Estimate } from './estimate.ts';
import { studentQuantile } from './student.ts';

/** The smallest effect is told as the one that would have been found four times in five. */
const POWER = 0.8;

/** @param alpha of each bound. Infinite bounds for fewer than two differences. */
export function pairedT(differences: readonly number[], alpha: number): Estimate {
  const n = differences.length;
  const centre = mean(differences);
  if (n < 2) return { centre, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const reach = studentQuantile(1 - alpha, n - 1) * standardError(differences);
  return { centre, low: centre - reach, high: centre + reach };
}

/** The difference that so many pairs, scattered so, would have shown with a probability of 80 %. */
export function smallestEffect(differences: readonly number[], alpha: number): number {
  const df = differences.length - 1;
  if (df < 1) return Number.POSITIVE_INFINITY;
  const quantiles = studentQuantile(1 - alpha, df) + studentQuantile(POWER, df);
  return quantiles * standardError(differences);
}

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
