// Runs of two variants side by side: the k-th run of the one and the k-th of the other stood next to each other in
// time, so that what changed on the machine meanwhile changed both. The unit is a run, never a message.

import type { MetricPhase, Run } from '../result/result.ts';
import { quantileOf } from '../scenario/metrics.ts';
import { readMetric } from './read-metric.ts';
import type { Traits } from './traits.ts';

/** A quantile rests on so many samples beyond it at least. */
export const SAMPLES_BEYOND = 10;

export interface Comparand {
  readonly metric: string;
  readonly phase: MetricPhase;
}

/** Differences of logarithms, one per pair: variant less baseline. */
export interface Pairs {
  readonly differences: readonly number[];
  /** Pairs of which one value, or both, are "at least": mail that never arrived lies within. */
  readonly censored: number;
  readonly bothCensored: number;
  /** Repeats in which both were played and one of them cannot be trusted. */
  readonly invalid: number;
  /** Why a pair of trusted runs gives no difference, where there is such. */
  readonly missing?: string;
}

export interface Sides {
  readonly variant: string;
  readonly baseline: string;
}

export function pairRuns(
  runs: readonly Run[],
  { variant, baseline }: Sides,
  comparand: Comparand,
  { scale }: Pick<Traits, 'scale'>,
): Pairs {
  const others = new Map(of(runs, baseline).map((run) => [run.repeat, run]));
  const differences: number[] = [];
  let [censored, bothCensored, invalid] = [0, 0, 0];
  let missing: string | undefined;
  for (const run of of(runs, variant)) {
    const other = others.get(run.repeat);
    if (!other) continue;
    if (!run.valid || !other.valid) {
      invalid += 1;
      continue;
    }
    const [mine, theirs] = [statistic(run, comparand, scale), statistic(other, comparand, scale)];
    if (typeof mine === 'string' || typeof theirs === 'string') {
      missing = typeof mine === 'string' ? mine : String(theirs);
      continue;
    }
    differences.push(mine.value - theirs.value);
    if (mine.censored || theirs.censored) censored += 1;
    if (mine.censored && theirs.censored) bothCensored += 1;
  }
  return { differences, censored, bothCensored, invalid, ...(missing && { missing }) };
}

function of(runs: readonly Run[], variant: string): Run[] {
  return runs.filter((run) => run.variant === variant);
}

/** The logarithm that stands for a run, or why there is none. */
function statistic(
  run: Run,
  { metric, phase }: Comparand,
  scale: Traits['scale'],
): { readonly value: number; readonly censored: boolean } | string {
  const found = readMetric(metric, phase, run);
  if (!found) {
    return run.unavailable.find((one) => one.metric === metric)?.reason ?? 'not measured';
  }
  const { value, n, censored = false } = found;
  const q = quantileOf(metric);
  // Rounded: 200 × (1 − 0.95) is 10.000000000000009 in floating point.
  if (q !== undefined && n !== undefined && Math.round(n * (1 - q) * 1e6) / 1e6 < SAMPLES_BEYOND) {
    return `too few samples: ${n}`;
  }
  if (scale === 'ratio') {
    return value > 0 ? { value: Math.log(value), censored } : 'nothing was counted';
  }
  if (n === undefined) return 'not measured';
  const k = Math.round(value * n);
  return { value: Math.log((k + 0.5) / (n - k + 0.5)), censored };
}
