// Many comparisons on made-up machines, each played as `blowback compare` plays it: its order, its looks, its verdict.
import { Comparison } from '../../commands/run/programme.ts';
import { randomStream } from '../../plan/random.ts';
import type { Run, VerdictRecord } from '../../result/result.ts';
import { compareRuns, LOOKS, levelOf } from '../../verdict/compare.ts';
import { type Machine, NoisyMachine } from './machine.ts';

export interface Trial extends Machine {
  /** Of the candidate against the baseline: 1.25 is a quarter more. */
  readonly effect: number;
  readonly margin: number;
}

export interface Tally {
  readonly comparisons: number;
  readonly verdicts: Readonly<Record<VerdictRecord['verdict'], number>>;
  /** Mean number of pairs that were played. */
  readonly pairs: number;
}

const VARIANTS = ['base', 'candidate'];

export function campaign(trial: Trial, comparisons: number, seed: number): Tally {
  const verdicts = { better: 0, worse: 0, equivalent: 0, inconclusive: 0 };
  let pairs = 0;
  for (let i = 0; i < comparisons; i += 1) {
    const record = compareOnce(trial, seed, i);
    verdicts[record.verdict] += 1;
    pairs += record.pairs;
  }
  return { comparisons, verdicts, pairs: pairs / comparisons };
}

function compareOnce(trial: Trial, seed: number, index: number): VerdictRecord {
  const machine = new NoisyMachine(trial, randomStream(seed, 1, index));
  const runs: Run[] = [];
  const isDecided = (measured: readonly Run[]) =>
    judgePair(measured, trial.margin).verdict !== 'inconclusive';
  const comparison = new Comparison(VARIANTS, seed + index, {}, isDecided);
  for (let turn = comparison.next(runs, 0); turn; turn = comparison.next(runs, 0)) {
    const effect = turn.variant === 'base' ? 0 : Math.log(trial.effect);
    const run = machine.play(turn.variant, turn.repeat, effect);
    if (turn.repeat > 0) runs.push(run);
  }
  return judgePair(runs, trial.margin);
}

function judgePair(runs: readonly Run[], margin: number): VerdictRecord {
  const question = {
    variant: 'candidate',
    baseline: 'base',
    metric: 'legit.latency.p95',
    phase: 'storm',
    margin,
  } as const;
  return compareRuns(runs, question, 's', levelOf(1, LOOKS.length));
}
