// How long real mail waited in the storm, over all repeats, as one distribution. Mail that never
// arrived, or was never sent, counts as infinitely slow: without it the worst would look fast.
import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { Run } from '../result/result.ts';
import { metricValue } from './metrics.ts';
import { SAMPLES_BEYOND } from './standing.ts';

export interface Distribution {
  /** Messages that were due, those that never arrived included. */
  readonly n: number;
  readonly undelivered: number;
  /** The largest quantile with enough samples beyond it. */
  readonly reliable: number;
  /** In seconds; Infinity where mail never arrived. */
  at(quantile: number): number;
}

interface Waits {
  readonly histogram: Histogram;
  readonly due: number;
  readonly delivered: number;
}

/** Undefined when no run recorded any. */
export function stormWaits(runs: readonly Run[]): Distribution | undefined {
  const [first, ...rest] = runs.map((run) => fromLedger(run) ?? fromHistogram(run)).filter(isThere);
  if (first === undefined) return undefined;
  for (const { histogram } of rest) first.histogram.add(histogram);
  const sum = (count: (waits: Waits) => number) =>
    rest.reduce((s, w) => s + count(w), count(first));
  return distribution(
    first.histogram,
    sum(({ due }) => due),
    sum(({ delivered }) => delivered),
  );
}

function isThere(waits: Waits | undefined): waits is Waits {
  return waits !== undefined;
}

/** Exact, as long as the ledger holds every message of the storm. */
function fromLedger(run: Run): Waits | undefined {
  const rows = run.ledger.filter((row) => row.phase === 'storm');
  if (rows.length === 0 || rows.length < dueInStorm(run)) return undefined;
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  for (const { deliveredAt, dueAt } of rows) {
    if (deliveredAt === undefined) continue;
    histogram.recordValue(Math.max(0, Math.round((deliveredAt - dueAt) * 1e6)));
  }
  return { histogram, due: rows.length, delivered: histogram.totalCount };
}

/** Not what was planned: of a run that was cut short the rest never came due. */
function dueInStorm(run: Run): number {
  const count = (metric: string) => metricValue(run, metric, 'storm') ?? 0;
  return count('legit.sent') + count('legit.unsent');
}

/**
 * The stored histogram may hold what never arrived too, at the time that it had waited by the end:
 * it is then a lower bound below the quantile from which on mail was lost.
 */
function fromHistogram(run: Run): Waits | undefined {
  const encoded = run.histograms['legit.latency in storm'];
  if (encoded === undefined) return undefined;
  const histogram = decodeFromCompressedBase64(encoded);
  const due = Math.max(histogram.totalCount, dueInStorm(run));
  const delivered = metricValue(run, 'legit.delivered', 'storm') ?? histogram.totalCount;
  return { histogram, due, delivered };
}

function distribution(histogram: Histogram, n: number, delivered: number): Distribution {
  return {
    n,
    undelivered: n - delivered,
    reliable: Math.max(0, 1 - SAMPLES_BEYOND / Math.max(n, 1)),
    at: (quantile) => {
      const rank = quantile * n;
      if (rank > delivered || histogram.totalCount === 0) return Number.POSITIVE_INFINITY;
      const share = Math.min(1, rank / histogram.totalCount);
      return histogram.getValueAtPercentile(share * 100) / 1e6;
    },
  };
}
