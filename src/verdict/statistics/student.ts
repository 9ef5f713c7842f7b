// Student's t distribution.
import { betaQuantile } from './beta.ts';

/** The p-quantile with `df` degrees of freedom, for p in (0, 1) and df > 0. */
export function studentQuantile(p: number, df: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, df);
  // T² / (df + T²) is a beta variable; what is small is computed, never its difference from 1.
  const tail = 2 * (1 - p);
  if (tail < 0.5) {
    const x = betaQuantile(tail, df / 2, 0.5);
    return Math.sqrt((df * (1 - x)) / x);
  }
  const y = betaQuantile(2 * p - 1, 0.5, df / 2);
  return Math.sqrt((df * y) / (1 - y));
}
