// Everything that several parts of a report need to agree on, computed once: which variant stands
// where, which quantile can be shown, in which colours, and whether the result can be trusted.
import type { Result, Run, VariantFacts } from '../result/result.ts';
import type { GoalState, Prediction, ReportInput } from './input.ts';
import { delayLimit } from './latency-goal.ts';
import { findMetric, medianOf, metricValue, sumOf, unsentMail } from './metrics.ts';
import { ratioToBaseline } from './ratio.ts';
import { type Bands, bandsOf } from './severity.ts';
import {
  COLOURS,
  type GoalOutcome,
  isTrusted,
  QUANTILES,
  type Quantile,
  SAMPLES_BEYOND,
  type Standing,
  type Wait,
  wasPlayed,
} from './standing.ts';

export interface Study {
  readonly result: Result;
  /** The baseline first, then the best first. */
  readonly standings: readonly Standing[];
  readonly baseline: Standing;
  /** The highest quantile that enough messages stand behind, in every variant; none in tiny runs. */
  readonly quantile: Quantile | undefined;
  /** True when every variant that was played to its end has a run that can be trusted. */
  readonly trusted: boolean;
  readonly hasGoal: boolean;
  readonly prediction: Prediction | undefined;
  /** Of the delay, for the colours. */
  readonly bands: Bands;
  readonly phases: readonly PhaseSpan[];
}

/** In seconds since the run's start. */
export interface PhaseSpan {
  readonly phase: 'calm' | 'storm' | 'recovery';
  readonly from: number;
  readonly to: number;
}

export function study(input: ReportInput): Study {
  const { result } = input;
  const valid = result.runs.filter((run) => run.valid);
  const quantile = bestQuantile(valid.length > 0 ? valid : result.runs);
  const unranked = result.variants.map((variant, i) => stand(input, variant, i === 0, quantile));
  const [first, ...rest] = unranked;
  if (first === undefined) throw new Error('a result without variants');
  const ranked = [first, ...rest.sort(compareStandings)];
  const withRatios = ranked.map((s) => ({
    ...s,
    ratio: areComparable(s, first) ? ratioToBaseline(result, s, first, quantile) : undefined,
  }));
  const standings = giveColours(withRatios, result.variants);
  const played = standings.filter(wasPlayed);
  return {
    result,
    standings,
    baseline: standings[0] ?? first,
    quantile,
    trusted: played.length > 0 && played.every(isTrusted),
    hasGoal: input.goals.some((goal) => goal.states.length > 0),
    prediction: input.prediction,
    bands: bandsOf(delayLimit(result)),
    phases: phaseSpans(result),
  };
}

/** Part of a run against a whole one says nothing, and no more does a run that cannot be trusted. */
function areComparable(...standings: readonly Standing[]): boolean {
  return standings.every((standing) => wasPlayed(standing) && isTrusted(standing));
}

function stand(
  input: ReportInput,
  variant: VariantFacts,
  isBaseline: boolean,
  quantile: Quantile | undefined,
): Standing {
  const runs = input.result.runs.filter((run) => run.variant === variant.name);
  const valid = runs.filter((run) => run.valid);
  const counted = valid.length > 0 ? valid : runs;
  const goals = input.goals.find((goal) => goal.variant === variant.name)?.states ?? [];
  const total = (metric: string) =>
    sumOf(counted.map((run) => metricValue(run, metric, 'run', 'storm')));
  return {
    variant,
    isBaseline,
    colour: undefined,
    runs,
    counted,
    goals,
    goal: wasPlayed({ runs }) && goals.length > 0 ? overall(goals, isTrusted({ runs })) : undefined,
    wait: quantile && waitOf(counted, quantile),
    ratio: undefined,
    sent: total('legit.sent'),
    unsent: counted.reduce((sum, run) => sum + unsentMail(run), 0),
    lost: total('legit.lost'),
    late: total('legit.late'),
    rejected: total('legit.rejected'),
    cpu: medianOf(counted.map((run) => stormCpu(run, input.result.phases.stormMs / 1000))),
  };
}

/** A count is a fact in an invalid run, too: only what is missing has not been judged there. */
function overall(goals: readonly GoalState[], trusted: boolean): GoalOutcome {
  if (goals.some((goal) => goal.state === 'missed')) return 'missed';
  if (goals.every((goal) => goal.state === 'met')) return 'met';
  return trusted ? 'no-data' : 'not-judged';
}

function waitOf(runs: readonly Run[], quantile: Quantile): Wait | undefined {
  const metrics = runs.map((run) => findMetric(run, quantile.metric, 'storm'));
  const seconds = medianOf(metrics.map((metric) => metric?.value));
  if (seconds === undefined) return undefined;
  return { seconds, atLeast: metrics.some((metric) => metric?.censored === true) };
}

function bestQuantile(runs: readonly Run[]): Quantile | undefined {
  return QUANTILES.find(
    ({ q, metric }) =>
      runs.length > 0 &&
      runs.every((run) => {
        const found = findMetric(run, metric, 'storm');
        const n = found?.n ?? metricValue(run, 'legit.sent', 'storm') ?? 0;
        // Rounded: 200 × (1 − 0.95) is 10.000000000000009 or 9.999999999999998 in floating point.
        return found !== undefined && Math.round(n * (1 - q) * 1e6) / 1e6 >= SAMPLES_BEYOND;
      }),
  );
}

function stormCpu(run: Run, stormS: number): number | undefined {
  const seconds = metricValue(run, 'target.cpu_s', 'storm');
  return seconds === undefined || stormS <= 0 ? undefined : seconds / stormS;
}

/** The best first: by the goal, then by what was lost, then by how long mail waited. */
function compareStandings(a: Standing, b: Standing): number {
  const rank = (s: Standing): readonly number[] => [
    s.runs.length === 0 ? 2 : Number(!wasPlayed(s)),
    -s.goals.filter((goal) => goal.state === 'met').length,
    s.lost ?? Number.MAX_VALUE,
    s.wait === undefined ? Number.MAX_VALUE : s.wait.seconds * (s.wait.atLeast ? 1e6 : 1),
  ];
  const left = rank(a);
  const right = rank(b);
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** In the scenario's order while the colours last, so that a rerun keeps them; else the best ones. */
function giveColours(ranked: readonly Standing[], variants: readonly VariantFacts[]): Standing[] {
  return ranked.map((standing, place) => {
    const index = ranked.length <= COLOURS ? variants.indexOf(standing.variant) : place;
    return { ...standing, colour: index < COLOURS ? index : undefined };
  });
}

function phaseSpans(result: Result): PhaseSpan[] {
  const { warmupMs, calmMs, stormMs, recoveryMs } = result.phases;
  const calm = warmupMs / 1000;
  const storm = calm + calmMs / 1000;
  const recovery = storm + stormMs / 1000;
  const all: PhaseSpan[] = [
    { phase: 'calm', from: calm, to: storm },
    { phase: 'storm', from: storm, to: recovery },
    { phase: 'recovery', from: recovery, to: recovery + recoveryMs / 1000 },
  ];
  return all.filter((span) => span.to > span.from);
}
