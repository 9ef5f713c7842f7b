// How one variant did, over all its repeats: what the tables, the headline and the charts speak of.
import type { Run, VariantFacts } from '../result/result.ts';
import { formatSeconds } from './format.ts';
import type { GoalState } from './input.ts';
import { metricValue } from './metrics.ts';

/** One variant over all its repeats. */
export interface Standing {
  readonly variant: VariantFacts;
  readonly isBaseline: boolean;
  /** Index of its colour and dash; undefined: grey. */
  readonly colour: number | undefined;
  readonly runs: readonly Run[];
  /** The valid ones; all of them when none is valid, so that there is something to look at. */
  readonly counted: readonly Run[];
  readonly goals: readonly GoalState[];
  /** Undefined when the scenario has no goal or the variant was not played. */
  readonly goal: 'met' | 'missed' | 'no-data' | undefined;
  /** Of legitimate mail in the storm, at the study's quantile. */
  readonly wait: Wait | undefined;
  readonly ratio: Ratio | undefined;
  /** Counts over all phases and repeats. */
  readonly sent: number | undefined;
  readonly lost: number | undefined;
  readonly late: number | undefined;
  readonly rejected: number | undefined;
  /** Cores' worth of CPU in the storm: 1 is one core. */
  readonly cpu: number | undefined;
}

/** In seconds. `atLeast`: mail that never arrived lies within the quantile. */
export interface Wait {
  readonly seconds: number;
  readonly atLeast: boolean;
}

export interface Quantile {
  readonly name: string;
  readonly q: number;
  readonly metric: string;
}

/** A comparison with the baseline. */
export interface Ratio {
  /** Variant over baseline. */
  readonly value: number;
  readonly text: string;
}

export const QUANTILES: readonly Quantile[] = [
  { name: 'p99', q: 0.99, metric: 'legit.latency.p99' },
  { name: 'p95', q: 0.95, metric: 'legit.latency.p95' },
  { name: 'p90', q: 0.9, metric: 'legit.latency.p90' },
  { name: 'p50', q: 0.5, metric: 'legit.latency.p50' },
];
/** So many samples must lie beyond a quantile for it to mean anything. */
export const SAMPLES_BEYOND = 10;
/** As many variants as there are colours that everybody can tell apart. */
export const COLOURS = 6;

/** The run was ended before its time: it says nothing against the generator, and little of the target. */
export function wasCutOff(run: Run): boolean {
  return run.warnings.some(({ code }) => code === 'unfinished' || code === 'interrupted');
}

/** Has a run that came to its end. */
export function wasPlayed(standing: Standing): boolean {
  return standing.runs.some((run) => !wasCutOff(run));
}

/** `≥ 30 s` when mail that never arrived lies within the quantile. */
export function formatWait(wait: Wait): string {
  return `${wait.atLeast ? '≥\u00a0' : ''}${formatSeconds(wait.seconds)}`;
}

/** The repeat to draw where only one line has room: the middle one by its storm's wait. */
export function middleRun(standing: Standing, quantile: Quantile | undefined): Run | undefined {
  const wait = (run: Run) => (quantile && metricValue(run, quantile.metric, 'storm')) ?? 0;
  const sorted = [...standing.counted].sort((a, b) => wait(a) - wait(b));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
