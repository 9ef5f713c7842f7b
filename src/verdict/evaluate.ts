// Holds goals and thresholds against what was measured: met, missed, or no data, which is never a
// pass. Compares nothing with another variant; that takes intervals.
import type { Metric, MetricPhase, Run } from '../result/result.ts';
import { isCount } from '../scenario/metrics.ts';
import type { Gate } from '../scenario/scenario.ts';
import { holds, type Reading } from './limit.ts';

export interface GateState {
  readonly gate: Gate;
  readonly state: 'met' | 'missed' | 'no-data';
  /** In the metric's unit; with several phases or runs the value that decided. */
  readonly value?: number;
  /** How many samples the value rests on. */
  readonly n?: number;
  /** The value is "at least": mail that never arrived lies within it. */
  readonly censored?: boolean;
}

/** One gate over one run. Says nothing about whether the run is valid or the gate is for its variant. */
export function evaluateGate(gate: Gate, run: Run): GateState {
  return decide(
    gate,
    phasesOf(gate).map((phase) => readMetric(gate.metric, phase, run)),
  );
}

/**
 * The gates that concern a variant, over all its repeats. A count is a fact and must hold in every
 * run, an invalid one too; anything else is judged by its median over the valid runs.
 */
export function evaluateGates(
  gates: readonly Gate[],
  runs: readonly Run[],
  variant: string,
): GateState[] {
  const own = runs.filter((run) => run.variant === variant);
  const valid = own.filter((run) => run.valid);
  return gates
    .filter((gate) => gate.variant === undefined || gate.variant === variant)
    .map((gate) => {
      const read = (phase: MetricPhase) => (run: Run) => readMetric(gate.metric, phase, run);
      const readings = phasesOf(gate).flatMap((phase) =>
        isCount(gate.metric) ? orNone(own.map(read(phase))) : [median(valid.map(read(phase)))],
      );
      return decide(gate, readings);
    });
}

function phasesOf(gate: Gate): readonly MetricPhase[] {
  return gate.phases.length === 0 ? ['run'] : gate.phases;
}

function orNone(readings: readonly (Reading | undefined)[]): readonly (Reading | undefined)[] {
  return readings.length === 0 ? [undefined] : readings;
}

function readMetric(name: string, phase: MetricPhase, run: Run): Reading | undefined {
  const metric = run.metrics.find((one) => one.phase === phase && nameOf(one).includes(name));
  if (metric === undefined || Number.isNaN(metric.value) || metric.n === 0) return undefined;
  return metric;
}

/** An actor's metric goes by its full name; a recorder may leave the prefix to the actor's field. */
function nameOf({ actor, metric }: Metric): readonly string[] {
  if (actor === undefined || metric.startsWith(`actor.${actor}.`)) return [metric];
  return [`actor.${actor}.${metric}`];
}

/** All must hold. A miss outweighs missing data: it is certain. */
function decide(gate: Gate, readings: readonly (Reading | undefined)[]): GateState {
  const present = readings.filter((reading) => reading !== undefined);
  const missed = present.filter((reading) => !holds(gate, reading));
  if (missed.length > 0) return { gate, state: 'missed', ...shown(worst(gate, missed)) };
  if (present.length < readings.length) return { gate, state: 'no-data' };
  return { gate, state: 'met', ...shown(worst(gate, present)) };
}

function shown(reading: Reading | undefined): Partial<GateState> {
  if (reading === undefined) return {};
  const { value, n, censored } = reading;
  return {
    value,
    ...(n === undefined ? {} : { n }),
    ...(censored === true ? { censored } : {}),
  };
}

function worst(gate: Gate, readings: readonly Reading[]): Reading | undefined {
  const ascending = [...readings].sort(byValue);
  return gate.op === '>' || gate.op === '>=' ? ascending[0] : ascending.at(-1);
}

/** Undelivered mail is later than all mail that was delivered (it counts as +∞). */
function byValue(a: Reading, b: Reading): number {
  return Number(a.censored ?? false) - Number(b.censored ?? false) || a.value - b.value;
}

/** Undefined as soon as one run lacks the metric: the others must not speak for it. */
function median(readings: readonly (Reading | undefined)[]): Reading | undefined {
  const ascending = readings.filter((reading) => reading !== undefined).sort(byValue);
  if (ascending.length < readings.length) return undefined;
  const upper = ascending[Math.floor(ascending.length / 2)];
  const lower = ascending[Math.ceil(ascending.length / 2) - 1];
  if (upper === undefined || lower === undefined || upper === lower) return upper;
  if (upper.censored === true) return upper;
  return {
    value: (lower.value + upper.value) / 2,
    n: lower.n === undefined || upper.n === undefined ? undefined : Math.min(lower.n, upper.n),
  };
}
