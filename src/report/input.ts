// What every renderer is given: the record of a run, and how each variant stands against the goal.
import type { Result } from '../result/result.ts';

export interface ReportInput {
  readonly result: Result;
  /** One entry per variant of the result; empty when the scenario declares no goal. */
  readonly goals: readonly GoalStanding[];
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
