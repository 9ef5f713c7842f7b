// Quantiles of latencies, two ways: from a histogram, and from single values of which some are "never".
import type { Histogram } from 'hdr-histogram-js';
import type { Metric, MetricPhase } from './result.ts';

const QUANTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
] as const;

/** `name.p50 … name.max` in seconds. */
export function histogramMetrics(
  name: string,
  phase: MetricPhase,
  histogram: Histogram | undefined,
  actor?: string,
): Metric[] {
  if (!histogram || histogram.totalCount === 0) return [];
  const base = { phase, unit: 's', n: histogram.totalCount, ...(actor ? { actor } : {}) } as const;
  const metrics: Metric[] = QUANTILES.map(([label, q]) => ({
    ...base,
    metric: `${name}.${label}`,
    value: histogram.getValueAtPercentile(q * 100) / 1e6,
  }));
  // The upper end of its bucket, as all quantiles are: none may lie above the maximum.
  const most = histogram.getValueAtPercentile(100) / 1e6;
  metrics.push({ ...base, metric: `${name}.max`, value: most });
  return metrics;
}

/** One waiting time; `arrived: false` means at least so long. */
export interface Wait {
  readonly ms: number;
  readonly arrived: boolean;
}

/** How many of `n` values in order lie up to their nearest-rank quantile, itself included. */
export function rankOf(q: number, n: number): number {
  return Math.max(1, Math.ceil(q * n));
}

/** Nearest-rank quantiles, with what never arrived above everything else. */
export function waitMetrics(name: string, phase: MetricPhase, waits: readonly Wait[]): Metric[] {
  if (waits.length === 0) return [];
  const arrived = sortedMs(waits.filter((wait) => wait.arrived));
  const missing = sortedMs(waits.filter((wait) => !wait.arrived));
  const at = (label: string, q: number): Metric => {
    const index = rankOf(q, waits.length) - 1;
    const isMissing = index >= arrived.length;
    const ms = isMissing ? missing[index - arrived.length] : arrived[index];
    return {
      phase,
      metric: `${name}.${label}`,
      value: (ms ?? 0) / 1000,
      unit: 's',
      n: waits.length,
      ...(isMissing ? { censored: true } : {}),
    };
  };
  return [...QUANTILES.map(([label, q]) => at(label, q)), at('max', 1)];
}

/** As numbers in an array of numbers: a long run sorts a hundred thousand, each second anew. */
function sortedMs(waits: readonly Wait[]): Float64Array {
  return Float64Array.from(waits, ({ ms }) => ms).sort();
}
