// The sizes that the bounces are to have: what was counted over 606 sample bounces of the public
// collection sisimai/set-of-emails, in bytes.

import type { DialectName } from '../../scenario/scenario.ts';

export const AIMS = { p50: 2700, p90: 7100, p99: 46_000, mean: 4500 } as const;
export const TOLERANCE = 0.15;
export const SAMPLES = '606 sample bounces of the public collection sisimai/set-of-emails';

/** Of one system's samples: the median, or the range where a dialect has several forms. */
export const MEDIANS: Readonly<Record<DialectName, number | readonly [number, number]>> = {
  postfix: 2900,
  exim: 1600,
  qmail: 1400,
  exchange: 7500,
  'exim-2008': 1600,
  sendmail: 2700,
  'exchange-2003': 1700,
  'gmail-2008': 3200,
  gmail: 12_000,
  yahoo: 5400,
  domino: [1600, 2800],
  'filter-notice': [1000, 3000],
  'virus-notice': [1000, 3000],
  'delay-warning': [1000, 2000],
};
/** Why a dialect differs from that on purpose. */
export const REASONS: Readonly<Partial<Record<DialectName, string>>> = {
  exim: 'the samples hold trimmed originals; with the headers of a real one no bounce is shorter',
  qmail: '1.4 KB and the whole original, which the samples do not hold',
  exchange: 'kept at the lower end, for the 90th percentile of mixes with much of it',
  'delay-warning':
    'of two forms: Exim’s of 1.0 KB, Sendmail’s of 2.4 KB with the original’s headers',
};
