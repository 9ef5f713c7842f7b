// Runs in pairs, with one metric each, for the tests of verdicts.
import type { Metric, Run } from '../../src/result/result.ts';

const P95 = { phase: 'storm', metric: 'legit.latency.p95', unit: 's', n: 200 } as const;

export function runOf(
  variant: string,
  repeat: number,
  value: number,
  more: Partial<Metric> = {},
): Run {
  return {
    variant,
    repeat,
    valid: true,
    warnings: [],
    metrics: [{ ...P95, value, ...more }],
    unavailable: [],
    histograms: {},
    timeline: [],
    outcomes: [],
    books: [],
    ledger: [],
  };
}

/** The k-th of the one beside the k-th of the other. */
export function pairsOf(
  base: readonly number[],
  candidate: readonly number[],
  more: Partial<Metric> = {},
): Run[] {
  return [
    ...base.map((value, i) => runOf('base', i + 1, value, more)),
    ...candidate.map((value, i) => runOf('candidate', i + 1, value, more)),
  ];
}

export const QUESTION = {
  variant: 'candidate',
  baseline: 'base',
  metric: 'legit.latency.p95',
  phase: 'storm',
} as const;
