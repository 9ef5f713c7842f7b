// What a comparison asks: every measured quantity of the scenario's goal and thresholds, how long real mail waits
// and what a rejection costs, of every variant against the baseline.
import type { MetricPhase, Result, Run, VerdictRecord } from '../result/result.ts';
import { parseGate } from '../scenario/gate.ts';
import { isCount, type MetricInfo, metricsOf } from '../scenario/metrics.ts';
import type { Gate } from '../scenario/scenario.ts';
import { compareRuns, levelOf } from './compare.ts';
import type { Comparand } from './pairs.ts';

/** Asked of every scenario. */
const USUAL: readonly Comparand[] = [
  { metric: 'legit.latency.p95', phase: 'storm' },
  { metric: 'reject.cpu_ms', phase: 'storm' },
];

interface Asked extends Comparand {
  readonly baseline: string;
  readonly margin?: number | undefined;
}

type Subject = Pick<Result, 'goal' | 'thresholds' | 'expects' | 'actors'> & {
  readonly variants: readonly { readonly name: string }[];
};

export interface Scope {
  /** `ratios`: only what a gate wants relative to another variant. */
  readonly ask: 'everything' | 'ratios';
  /** Beyond what the scenario names. */
  readonly more?: readonly Comparand[];
  /** How often the runs are looked at. */
  readonly looks: number;
}

/** A record per question and variant, in the order of the variants. */
export function answer(subject: Subject, runs: readonly Run[], scope: Scope): VerdictRecord[] {
  const metrics = metricsOf(subject.actors);
  const asked = questionsOf(subject, metrics, scope);
  const level = levelOf(asked.length, scope.looks);
  return subject.variants.flatMap(({ name: variant }) =>
    asked
      .filter(({ baseline }) => baseline !== variant)
      .map((one) => {
        const unit = metrics.get(one.metric)?.unit ?? 'count';
        return compareRuns(runs, { ...one, variant }, unit, level);
      }),
  );
}

function questionsOf(
  { goal, thresholds, expects = [], variants, actors }: Subject,
  metrics: ReadonlyMap<string, MetricInfo>,
  { ask, more = [] }: Scope,
): Asked[] {
  const names = variants.map(({ name }) => name);
  const [first = ''] = names;
  const gates = [...thresholds, ...goal, ...expects].flatMap((text) => {
    const { gate } = parseGate(text, { metrics, variants: names, emptyPhases: [] });
    return gate ?? [];
  });
  const ratios = gates.filter(({ ratioTo }) => ratioTo !== undefined);
  const plain = ask === 'ratios' ? [] : gates.filter((gate) => isAsked(gate, thresholds, goal));
  const usual = ask === 'ratios' ? [] : [...USUAL, ...more];
  const hasMail = actors.some(({ kind }) => kind === 'legit');
  const all = [
    ...[...ratios, ...plain].flatMap((gate) => asked(gate, first)),
    ...usual
      .filter(({ metric }) => hasMail || !metric.startsWith('legit.'))
      .map((comparand) => ({ ...comparand, baseline: first })),
  ];
  const seen = new Map<string, Asked>();
  for (const one of all) {
    const key = [one.metric, one.phase, one.baseline].join(' ');
    // The first has the margin that was asked for.
    if (!seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

/** Counts are facts; what is expected of a prediction is its own business. */
function isAsked(gate: Gate, ...lists: readonly (readonly string[])[]): boolean {
  return (
    gate.ratioTo === undefined &&
    !isCount(gate.metric) &&
    lists.some((texts) => texts.includes(gate.text))
  );
}

function asked({ metric, phases, ratioTo, limit }: Gate, baseline: string): Asked[] {
  const margin = ratioTo === undefined || limit === 1 ? undefined : Math.max(limit, 1 / limit) - 1;
  const where: readonly MetricPhase[] = phases.length === 0 ? ['run'] : phases;
  return where.map((phase) => ({ metric, phase, baseline: ratioTo ?? baseline, margin }));
}
