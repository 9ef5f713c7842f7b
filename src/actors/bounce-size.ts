// How large the bounces of each system are. Within one system most are alike, since what differs is the
// original and most spam is short; a few return a large one. So the sizes of a dialect are log-normal
// about its median up to a knee, and from there rise to a tail of their own:
//
//   size                                     . · ˙   tail, as steep as the default model
//   46 KB                              . · ˙
//                                    /               shoulder
//   median  . . . . - - - - ' ' ' ' /                body
//           0 %         50 %      97 % 98.8 %
//
// A draw below what the dialect's text and headers need gives the smallest bounce there is; that
// leaves the median alone as long as the smallest is below it.

import type { DialectName } from '../scenario/scenario.ts';

/**
 * Median bytes of a whole bounce, from collected samples where those hold whole originals. exim: 1.6 KB
 * in samples with trimmed originals; an original with its own headers makes it 1.8. qmail: 1.4 KB and
 * the whole original; one of 1.3 KB gives the median over all systems. exchange: 7.5 KB, less here so
 * that mixes with much of it have the 90th percentile of all bounces. The last three return headers
 * only: they have the size that these need, whatever is drawn.
 */
export const MEDIAN_BYTES: Readonly<Record<DialectName, number>> = {
  postfix: 2900,
  exim: 1800,
  qmail: 2700,
  exchange: 7000,
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
/** Of ln(size) in the body: collected samples of one system spread by 0.1 to 0.2. */
const BODY_SIGMA = 0.17;
/** The p99 of collected samples over all systems; a little sooner here, since three of them have no tail. */
const TAIL_BYTES = 46_000;
const TAIL_FROM = normalQuantile(0.988);
const KNEE = normalQuantile(0.97);
/** Of a log-normal through a median of 2.7 KB and a p99 of 46 KB, the default model of all bounces. */
const TAIL_SIGMA = Math.log(46 / 2.7) / normalQuantile(0.99);
/** Far above p99: keeps one draw in a million from holding the build up. */
const LARGEST_BYTES = 1_000_000;
/** Postfix returns no more than the headers of an original above 50,000 bytes: bounces near that or small. */
const LARGEST_WHOLE: Readonly<Partial<Record<DialectName, number>>> = { postfix: 50_000 };

/** The bytes that the share `quantile` (0 to 1) of a dialect's bounces stays below. */
export function bounceSize(name: DialectName, quantile: number): number {
  const bytes = Math.round(Math.exp(logSize(MEDIAN_BYTES[name], normalQuantile(quantile))));
  return Math.min(bytes, LARGEST_WHOLE[name] ?? LARGEST_BYTES);
}

/** Three straight lines over the normal quantile `z`. */
function logSize(median: number, z: number): number {
  const tail = Math.log(TAIL_BYTES);
  if (z >= TAIL_FROM) return tail + TAIL_SIGMA * (z - TAIL_FROM);
  const body = Math.log(median) + BODY_SIGMA * Math.min(z, KNEE);
  return z <= KNEE ? body : body + ((tail - body) * (z - KNEE)) / (TAIL_FROM - KNEE);
}

/** Inverse of the standard normal distribution, after Winitzki's approximation of erf; within 0.3 %. */
function normalQuantile(quantile: number): number {
  const x = Math.min(Math.max(2 * quantile - 1, -1 + 1e-9), 1 - 1e-9);
  const a = 0.147;
  const log = Math.log(1 - x * x);
  const half = 2 / (Math.PI * a) + log / 2;
  return Math.sign(x) * Math.sqrt(2 * (Math.sqrt(half * half - log / a) - half));
}
