// k of n, and what the share behind it may be: the exact interval of Clopper and Pearson (Biometrika 26, 1934).
import { betaQuantile } from './beta.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided, each bound missed with a probability of at most alpha / 2. `n` 0: anything is possible. */
export function clopperPearson(k: number, n: number, alpha: number): Interval {
  return {
    low: k === 0 ? 0 : betaQuantile(alpha / 2, k, n - k + 1),
    high: k >= n ? 1 : betaQuantile(1 - alpha / 2, k + 1, n - k),
  };
}
