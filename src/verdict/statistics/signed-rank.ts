// The median of paired differences without assuming their distribution: the estimate of Hodges and Lehmann
// (Annals of Mathematical Statistics 34, 1963), with bounds from Wilcoxon's exact signed-rank distribution.
import type { Estimate } from './estimate.ts';

/** Which Walsh average from each end is a bound that is missed with at most `alpha`; 0 where none is. */
export function signedRankBound(n: number, alpha: number): number {
  const share = signedRankShares(n);
  let below = 0;
  let place = 0;
  for (const probability of share) {
    below += probability;
    if (below > alpha) return place;
    place += 1;
  }
  return place;
}

/** The probability of each rank sum from 0 to n(n+1)/2, when every sign is as likely as the other. */
function signedRankShares(n: number): Float64Array {
  const share = new Float64Array((n * (n + 1)) / 2 + 1);
  share[0] = 1;
  for (let rank = 1; rank <= n; rank += 1) {
    for (let sum = (rank * (rank + 1)) / 2; sum >= 0; sum -= 1) {
      const without = share[sum] ?? 0;
      const withRank = sum >= rank ? (share[sum - rank] ?? 0) : 0;
      share[sum] = (without + withRank) / 2;
    }
  }
  return share;
}

/** @param alpha of each bound. Infinite bounds where so few differences allow none. */
export function hodgesLehmann(differences: readonly number[], alpha: number): Estimate {
  const averages = walshAverages(differences);
  const bound = signedRankBound(differences.length, alpha);
  const upper = averages[Math.floor(averages.length / 2)] ?? Number.NaN;
  const lower = averages[Math.ceil(averages.length / 2) - 1] ?? Number.NaN;
  return {
    centre: (lower + upper) / 2,
    low: averages[bound - 1] ?? Number.NEGATIVE_INFINITY,
    high: averages[averages.length - bound] ?? Number.POSITIVE_INFINITY,
  };
}

/** The mean of each two, and of each with itself, in order. */
function walshAverages(values: readonly number[]): number[] {
  return values
    .flatMap((value, i) => values.slice(i).map((other) => (value + other) / 2))
    .sort((a, b) => a - b);
}
