// A gate over a comparison: what became of every threshold, for every variant but the baseline.
import type { Run, VerdictRecord } from '../result/result.ts';
import type { Gate } from '../scenario/scenario.ts';
import { evaluateGates, type GateState } from './evaluate.ts';
import { readMetric } from './read-metric.ts';
import { pairedT } from './statistics/paired-t.ts';

export interface GateOutcome extends GateState {
  readonly variant: string;
  /** The runs lie on both sides of the limit: another time it might be the other way round. */
  readonly borderline: boolean;
}

interface Measured {
  /** The first is the baseline: it is judged only by the thresholds that name it. */
  readonly variants: readonly string[];
  readonly runs: readonly Run[];
  readonly verdicts: readonly VerdictRecord[];
}

/** In the order of the thresholds. */
export function judgeGates(thresholds: readonly Gate[], measured: Measured): GateOutcome[] {
  const { variants, runs, verdicts } = measured;
  const [baseline] = variants;
  return thresholds.flatMap((gate) =>
    variants
      .filter((variant) => variant !== baseline || gate.variant === baseline)
      .flatMap((variant) =>
        evaluateGates([gate], runs, variant, verdicts).map((state) => ({
          ...state,
          variant,
          borderline: isBorderline(state, runs, variant),
        })),
      ),
  );
}

/** Each bound of the interval of several runs is missed so rarely. */
const LEVEL = 0.025;

function isBorderline({ gate, state, value }: GateState, runs: readonly Run[], variant: string) {
  if (gate.ratioTo !== undefined || state === 'no-data' || value === undefined) return false;
  if (gate.limit <= 0 || gate.op === '==' || gate.op === '!=') return false;
  const phases = gate.phases.length === 0 ? (['run'] as const) : gate.phases;
  return phases.some((phase) => {
    const logs = runs
      .filter((run) => run.valid && run.variant === variant)
      .map((run) => readMetric(gate.metric, phase, run)?.value ?? 0)
      .filter((one) => one > 0)
      .map(Math.log);
    if (logs.length < 3) return false;
    const { low, high } = pairedT(logs, LEVEL);
    const limit = Math.log(gate.limit);
    return low < limit && limit < high;
  });
}
