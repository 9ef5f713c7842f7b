// Holds a result against its own goal and thresholds: what the report shows and the exit code says.
import { EXIT, type ExitCode } from '../../errors.ts';
import { formatMetric } from '../../report/format.ts';
import type { GoalStanding, GoalState, Prediction, ReportInput } from '../../report/input.ts';
import { describeRatio } from '../../report/verdict-words.ts';
import type { Result } from '../../result/result.ts';
import { parseGate } from '../../scenario/gate.ts';
import { metricsOf } from '../../scenario/metrics.ts';
import { evaluateGates, type GateState } from '../../verdict/evaluate.ts';

export function judge(result: Result): ReportInput {
  const prediction = predictionOf(result);
  return {
    result,
    goals: standings(result, result.goal),
    ...(prediction === undefined ? {} : { prediction }),
  };
}

/** What became of the scenario's prediction; undefined where it does not say what would confirm it. */
export function predictionOf(result: Result): Prediction | undefined {
  const { expects = [] } = result;
  if (expects.length === 0) return undefined;
  const expectations = expects.map((text) => expectation(result, text));
  return { outcome: outcomeOf(expectations), expectations };
}

function outcomeOf(expectations: readonly GoalState[]): Prediction['outcome'] {
  if (expectations.some(({ state }) => state === 'missed')) return 'refuted';
  return expectations.every(({ state }) => state === 'met') ? 'confirmed' : 'inconclusive';
}

/** Of every variant that it concerns; where one of these cannot be trusted, neither can it. */
function expectation(result: Result, text: string): GoalState {
  const variant = / for (\S+)$/.exec(text)?.[1];
  const names = result.variants.map(({ name }) => name).filter((n) => n === (variant ?? n));
  const runs = result.runs.filter((run) => names.includes(run.variant));
  const unplayed = names.find((name) => runs.every((run) => run.variant !== name));
  if (names.length === 0 || unplayed !== undefined) {
    return { text, state: 'no-data', shown: `${unplayed ?? variant} was not played` };
  }
  const invalid = runs.find((run) => !run.valid);
  if (invalid) return { text, state: 'no-data', shown: `${invalid.variant} cannot be trusted` };
  const states = names.flatMap((name) => stateOf(result, text, name));
  const worst =
    states.find(({ state }) => state === 'missed') ??
    states.find(({ state }) => state === 'no-data') ??
    states[0];
  return worst ?? { text, state: 'no-data', shown: 'not measured' };
}

/** The exit code that a finished result deserves, and what it means in words. */
export function exitOf(result: Result): { readonly code: ExitCode; readonly meaning: string } {
  const invalid = result.runs.filter((run) => !run.valid);
  const failed = standings(result, result.thresholds).flatMap(({ variant, states }) =>
    states.filter(({ state }) => state === 'missed').map(({ text }) => `${variant}: ${text}`),
  );
  const noData = standings(result, result.thresholds).some(({ states }) =>
    states.some(({ state }) => state === 'no-data'),
  );
  if (failed.length > 0) {
    return { code: EXIT.threshold, meaning: `a threshold failed (${failed.join('; ')})` };
  }
  // A comparison drops what cannot be trusted, and says how many pairs are left.
  if (invalid.length > 0 && result.verdicts.length === 0) {
    const names = [...new Set(invalid.map(({ variant }) => variant))].join(', ');
    return { code: EXIT.inconclusive, meaning: `inconclusive: ${names} cannot be trusted` };
  }
  const { verdicts } = result;
  if (verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'inconclusive')) {
    return { code: EXIT.inconclusive, meaning: 'inconclusive: no question could be answered' };
  }
  if (noData) return { code: EXIT.inconclusive, meaning: 'inconclusive: a threshold has no data' };
  return {
    code: EXIT.ok,
    meaning: result.thresholds.length > 0 ? 'every threshold holds' : 'done',
  };
}

function standings(result: Result, texts: readonly string[]): GoalStanding[] {
  if (texts.length === 0) return [];
  return result.variants
    .filter(({ name }) => result.runs.some((run) => run.variant === name))
    .map(({ name }) => ({
      variant: name,
      states: texts.flatMap((text) => stateOf(result, text, name)),
    }));
}

/** Empty for a gate on another variant. */
function stateOf(result: Result, text: string, variant: string): GoalState[] {
  const { gate } = parseGate(text, {
    metrics: metricsOf(result.actors),
    variants: result.variants.map(({ name }) => name),
    emptyPhases: [],
  });
  // A result of another version may hold a gate that this one cannot read: never a pass.
  if (!gate) return [{ text, state: 'no-data', shown: 'not measured' }];
  return evaluateGates([gate], result.runs, variant, result.verdicts).map((one) =>
    shown(one, result.actors),
  );
}

/** What cannot be told is no data to those who only want to know whether it holds. */
function shown(one: GateState, actors: Result['actors']): GoalState {
  const { gate, state } = one;
  return {
    text: gate.text,
    state: state === 'inconclusive' ? 'no-data' : state,
    shown: measured(one, actors),
  };
}

export function measured(
  { gate, value, censored, record }: GateState,
  actors: Result['actors'],
): string {
  if (record) return describeRatio(record);
  const unit = metricsOf(actors).get(gate.metric)?.unit ?? 'count';
  const text = value === undefined ? 'no data' : formatMetric(value, unit);
  return censored ? `≥ ${text}` : text;
}
