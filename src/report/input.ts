// What every renderer is given: the record of a run, and how each variant stands against the goal.
import type { Result } from '../result/result.ts';

export interface ReportInput {
  readonly result: Result;
  /** One entry per variant of the result; empty when the scenario declares no goal. */
  readonly goals: readonly GoalStanding[];
  /** Absent where the scenario does not say what would confirm its prediction. */
  readonly prediction?: Prediction;
}

export interface Prediction {
  /** Refuted as soon as one expectation is missed; inconclusive while one cannot be judged. */
  readonly outcome: 'confirmed' | 'refuted' | 'inconclusive';
  /** One entry per expectation, in the scenario's order. */
  readonly expectations: readonly GoalState[];
}

export interface GoalStanding {
  readonly variant: string;
  /** One entry per goal, in the scenario's order. */
  readonly states: readonly GoalState[];
}

export interface GoalState {
  /** The goal in the scenario's own words. */
  readonly text: string;
  readonly state: 'met' | 'missed' | 'no-data';
  /** The measured value, ready to be shown. */
  readonly shown: string;
}
