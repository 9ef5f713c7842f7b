// How large the bounces of each system are: log-normal about the dialect's own median, with the spread
// that puts every dialect's 99th percentile at 46 KB, and so that of any mix of them.
//
// A draw below what the dialect's text and headers need gives the smallest bounce there is; that
// leaves the median alone as long as the smallest is below it.

import { uniform } from '../plan/random.ts';
import { DIALECT_NAMES, type DialectName } from '../scenario/scenario.ts';

/**
 * Median bytes of a whole bounce, from collected samples where those hold whole originals. exim: 1.6 KB
 * in samples with trimmed originals; an original with its own headers makes it 1.9. qmail: 1.4 KB and
 * the whole original; one of 1.3 KB gives the median over all systems. The last three return headers
 * only: they have the size that these need, whatever is drawn.
 */
export const MEDIAN_BYTES: Readonly<Record<DialectName, number>> = {
  postfix: 2900,
  exim: 1900,
  qmail: 2700,
  exchange: 7500,
  'exim-2008': 1600,
  sendmail: 2700,
  'exchange-2003': 1700,
  'gmail-2008': 3200,
  gmail: 12_000,
  yahoo: 5400,
  domino: 2800,
  'filter-notice': 1900,
  'virus-notice': 1300,
  'delay-warning': 1500,
};
const P99_BYTES = 46_000;
/** Far above p99: keeps one draw in a million from holding the build up. */
const LARGEST_BYTES = 1_000_000;
const STREAM = 4290;

/**
 * Bytes of pool entry `index`. The quantiles follow the golden ratio's sequence, which is even for any
 * number of entries, so a pool of fifty has the same median and tail as one of a thousand.
 */
export function bounceSize(name: DialectName, seed: number, index: number): number {
  const start = uniform(seed, STREAM, DIALECT_NAMES.indexOf(name));
  const quantile = (start + index * 0.618033988749895) % 1;
  const median = MEDIAN_BYTES[name];
  const sigma = Math.log(P99_BYTES / median) / normalQuantile(0.99);
  return Math.min(Math.round(median * Math.exp(sigma * normalQuantile(quantile))), LARGEST_BYTES);
}

/** Inverse of the standard normal distribution, after Winitzki's approximation of erf; within 0.3 %. */
function normalQuantile(quantile: number): number {
  const x = Math.min(Math.max(2 * quantile - 1, -1 + 1e-9), 1 - 1e-9);
  const a = 0.147;
  const log = Math.log(1 - x * x);
  const half = 2 / (Math.PI * a) + log / 2;
  return Math.sign(x) * Math.sqrt(2 * (Math.sqrt(half * half - log / a) - half));
}
