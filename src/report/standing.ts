// How one variant did, over all its repeats: what the tables, the headline and the charts speak of.
import type { Run, Second, VariantFacts, Warning } from '../result/result.ts';
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
  /** Undefined when the scenario has no goal or the variant was not played to its end. */
  readonly goal: GoalOutcome | undefined;
  /** Of legitimate mail in the storm, at the study's quantile. */
  readonly wait: Wait | undefined;
  readonly ratio: Ratio | undefined;
  /** Counts over all phases and repeats. */
  readonly sent: number | undefined;
  /** Due, and never sent by the generator. It counts as not delivered. */
  readonly unsent: number;
  readonly lost: number | undefined;
  readonly late: number | undefined;
  readonly rejected: number | undefined;
  /** Cores' worth of CPU in the storm: 1 is one core. */
  readonly cpu: number | undefined;
}

/** `not-judged`: there are data, but of runs that cannot be trusted. */
export type GoalOutcome = 'met' | 'missed' | 'no-data' | 'not-judged';

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

const CUT_OFF: ReadonlySet<string> = new Set(['unfinished', 'interrupted', 'target-died']);

/** Has a run whose figures may be compared. */
export function isTrusted({ runs }: Pick<Standing, 'runs'>): boolean {
  return runs.some((run) => run.valid);
}

/** Why the run was ended before its time, if it was: its figures are not those of a whole run. */
export function cutOff(run: Run): Warning | undefined {
  return run.warnings.find(({ code }) => CUT_OFF.has(code));
}

/** The last second in which anything was due; undefined where nothing was. */
export function lastActive({ timeline }: Run): Second | undefined {
  return timeline.findLast(({ legit, attack }) => legit.due > 0 || attack.started > 0);
}

/** Has a run that came to its end. */
export function wasPlayed({ runs }: Pick<Standing, 'runs'>): boolean {
  return runs.some((run) => cutOff(run) === undefined);
}

/** What stands in the place of a judgement, where there can be none. */
export function unplayed({
  runs,
}: Pick<Standing, 'runs'>): 'not played' | 'target died' | 'cut short' {
  if (runs.length === 0) return 'not played';
  const died = runs.some((run) => cutOff(run)?.code === 'target-died');
  return died ? 'target died' : 'cut short';
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
