// What gaps in a thread's running time mean for moments that come due at any time. Pure.

/**
 * How late the moments of a time are at a quantile, in ms: one that comes due in a gap waits for its end,
 * all others are punctual.
 */
export function lateness(gapsMs: readonly number[], totalMs: number, quantile: number): number {
  const allowed = (1 - quantile) * totalMs;
  const gaps = [...gapsMs].sort((a, b) => b - a);
  // Moments later than x: what of each gap exceeds x. From the longest gap on, until too many are.
  let sum = 0;
  for (let n = 0; n < gaps.length; n += 1) {
    sum += gaps[n] ?? 0;
    const late = (sum - allowed) / (n + 1);
    if (late >= (gaps[n + 1] ?? 0)) return Math.max(0, late);
  }
  return 0;
}
