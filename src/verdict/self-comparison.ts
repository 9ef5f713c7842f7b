// A setting against itself: how much its runs differ on this machine, how often that would have been called a change,
// and how small a change could be seen here at all.
import type { MetricPhase, Run, SelfComparison } from '../result/result.ts';
import { type MetricInfo, metricsOf } from '../scenario/metrics.ts';
import { LOOKS, levelOf } from './compare.ts';
import { type Comparand, pairRuns, type Sides } from './pairs.ts';
import { pairedT, smallestEffect } from './statistics/paired-t.ts';
import { traitsOf } from './traits.ts';

/** What people gate on. */
const METRICS = [
  'legit.latency.p50',
  'legit.latency.p95',
  'legit.latency.p99',
  'banner.latency.p95',
  'attack.verdict.p95',
  'reject.cpu_ms',
  'target.cpu_s',
  'target.memory_peak',
  'target.log_bytes',
] as const;
const PHASE: MetricPhase = 'storm';
/** More pairs than these are not turned round in every way: 32,768 are enough. */
const MOST_TURNED = 15;

/** A row for each metric that was measured. */
export function compareWithItself(runs: readonly Run[], sides: Sides): SelfComparison[] {
  const known = metricsOf([]);
  return METRICS.flatMap((metric) => {
    const unit = known.get(metric)?.unit ?? 'count';
    return rowOf(runs, sides, { metric, phase: PHASE }, unit);
  });
}

function rowOf(
  runs: readonly Run[],
  sides: Sides,
  comparand: Comparand,
  unit: MetricInfo['unit'],
): SelfComparison[] {
  const traits = traitsOf(comparand.metric, unit);
  const { differences } = pairRuns(runs, sides, comparand, traits);
  if (differences.length < 2) return [];
  const level = levelOf(1, LOOKS.length);
  const turned = turnedRound(differences.slice(0, MOST_TURNED));
  const margin = Math.log(1 + traits.margin);
  const alarms = turned.filter((one) => {
    const { centre, low } = pairedT(one, level);
    return low > 0 && centre >= margin;
  });
  return [
    {
      ...comparand,
      pairs: differences.length,
      // Of one run: a difference has the scatter of two.
      scatter: deviation(differences) / Math.SQRT2,
      margin: traits.margin,
      falseAlarms: alarms.length / turned.length,
      ways: turned.length,
      smallest: LOOKS.map((n) => Math.exp(smallestEffect(spread(differences, n), level)) - 1),
    },
  ];
}

/** Which run of a pair is called the candidate is chance: every way to name them. */
function turnedRound(differences: readonly number[]): number[][] {
  const ways = 2 ** differences.length;
  return Array.from({ length: ways }, (_, way) =>
    differences.map((difference, i) => ((way >> i) & 1 ? -difference : difference)),
  );
}

/** So many values with the same deviation, as if so many pairs had been played. */
function spread(differences: readonly number[], n: number): number[] {
  const half = deviation(differences) * Math.sqrt((n - 1) / (n - (n % 2)));
  return Array.from({ length: n }, (_, i) =>
    n % 2 === 1 && i === n - 1 ? 0 : i % 2 === 0 ? half : -half,
  );
}

/** Around zero: nothing differs. */
function deviation(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
