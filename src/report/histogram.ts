// Latency histograms of several repeats as one distribution, in seconds. Mail that never arrived
// counts as infinitely slow: leaving it out would make the worst variant look fast.
import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { Run } from '../result/result.ts';
import { metricValue } from './metrics.ts';
import { SAMPLES_BEYOND } from './standing.ts';

export interface Distribution {
  /** Messages, those that never arrived included. */
  readonly n: number;
  readonly undelivered: number;
  /** The largest quantile with enough samples beyond it. */
  readonly reliable: number;
  /** In seconds; Infinity where mail never arrived. */
  at(quantile: number): number;
}

/** Of legitimate mail in the storm; undefined when no run recorded any. */
export function stormWaits(runs: readonly Run[]): Distribution | undefined {
  let pooled: Histogram | undefined;
  let sent = 0;
  for (const run of runs) {
    const encoded = run.histograms['legit.latency in storm'];
    if (encoded === undefined) continue;
    const one = decodeFromCompressedBase64(encoded);
    sent += Math.max(one.totalCount, metricValue(run, 'legit.sent', 'storm') ?? 0);
    if (pooled === undefined) pooled = one;
    else pooled.add(one);
  }
  return pooled && distribution(pooled, sent);
}

function distribution(histogram: Histogram, n: number): Distribution {
  const delivered = histogram.totalCount;
  return {
    n,
    undelivered: n - delivered,
    reliable: Math.max(0, 1 - SAMPLES_BEYOND / Math.max(n, 1)),
    at: (quantile) => {
      const rank = quantile * n;
      if (rank > delivered || delivered === 0) return Number.POSITIVE_INFINITY;
      return histogram.getValueAtPercentile((rank / delivered) * 100) / 1e6;
    },
  };
}
