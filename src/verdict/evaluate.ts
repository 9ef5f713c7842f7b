// Holds goals and thresholds against what was measured: met, missed, or no data, which is never a pass. What
// is relative to another variant is met or missed when its whole interval says so, and else inconclusive.
import type { MetricPhase, Run, VerdictRecord } from '../result/result.ts';
import { isCount } from '../scenario/metrics.ts';
import type { Gate } from '../scenario/scenario.ts';
import { holds, type Reading } from './limit.ts';
import { readMetric } from './read-metric.ts';

export interface GateState {
  readonly gate: Gate;
  readonly state: 'met' | 'missed' | 'no-data' | 'inconclusive';
  /** In the metric's unit; with several phases or runs the value that decided. */
  readonly value?: number;
  /** How many samples the value rests on. */
  readonly n?: number;
  /** The value is "at least": mail that never arrived lies within it. */
  readonly censored?: boolean;
  /** Of a gate that is relative to another variant: what its state rests on. */
  readonly record?: VerdictRecord;
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
  verdicts: readonly VerdictRecord[] = [],
): GateState[] {
  const own = runs.filter((run) => run.variant === variant);
  const valid = own.filter((run) => run.valid);
  return gates
    .filter((gate) => gate.variant === undefined || gate.variant === variant)
    .filter((gate) => gate.ratioTo !== variant)
    .map((gate) => {
      if (gate.ratioTo !== undefined) return decideRatio(gate, variant, verdicts);
      const read = (phase: MetricPhase) => (run: Run) => readMetric(gate.metric, phase, run);
      const readings = phasesOf(gate).flatMap((phase) =>
        isCount(gate.metric) ? orNone(own.map(read(phase))) : [median(valid.map(read(phase)))],
      );
      return decide(gate, readings);
    });
}

/** By the phase that decides: a miss outweighs doubt, and doubt what is met. */
function decideRatio(gate: Gate, variant: string, verdicts: readonly VerdictRecord[]): GateState {
  const states = phasesOf(gate).map((phase): GateState => {
    const record = verdicts.find(
      (one) =>
        one.metric === gate.metric &&
        one.phase === phase &&
        one.variant === variant &&
        one.baseline === gate.ratioTo,
    );
    if (record?.ratio === undefined) {
      return { gate, state: 'no-data', ...(record && { record }) };
    }
    const { ratio, pairs } = record;
    return { gate, state: ratioState(gate, record), value: ratio, n: pairs, record };
  });
  const by = (state: GateState['state']) => states.find((one) => one.state === state);
  return (
    by('missed') ?? by('no-data') ?? by('inconclusive') ?? states[0] ?? { gate, state: 'no-data' }
  );
}

/**
 * Of `< 1.1x`: met when the whole interval lies below; missed when it lies above 1 and the estimate is not below.
 * Of `< 0.5x`, which asks for an improvement: missed when the whole interval lies above.
 */
function ratioState(gate: Gate, record: VerdictRecord): 'met' | 'missed' | 'inconclusive' {
  if (record.reason !== undefined) return 'inconclusive';
  const { ratio = Number.NaN, low = 0, high = Number.POSITIVE_INFINITY } = record;
  const upward = gate.op === '>' || gate.op === '>=';
  // Turned round, so that smaller is what the gate wants.
  const [limit, estimate, least, most] = upward
    ? [1 / gate.limit, 1 / ratio, 1 / high, 1 / low]
    : [gate.limit, ratio, low, high];
  if (most <= limit) return 'met';
  const missed = limit >= 1 ? least > 1 && estimate >= limit : least > limit;
  return missed ? 'missed' : 'inconclusive';
}

function phasesOf(gate: Gate): readonly MetricPhase[] {
  return gate.phases.length === 0 ? ['run'] : gate.phases;
}

function orNone(readings: readonly (Reading | undefined)[]): readonly (Reading | undefined)[] {
  return readings.length === 0 ? [undefined] : readings;
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
