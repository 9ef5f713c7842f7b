// What a plan asks of the generator: how many sessions begin in its busiest second, and how many may be
// open at once. First attempts: how many are tried again is the server's doing.
import { type Plan, sessionsOf } from './plan.ts';

export interface Demand {
  /** Sessions due in the busiest second, wherever it begins. */
  readonly perSecond: number;
  /** No more can be in flight than were planned: a retry follows the end of the attempt before. */
  readonly atOnce: number;
}

/** A second's beginning is looked for in steps of a tenth. */
const STEP_MS = 100;
const STEPS = 1000 / STEP_MS;

/** First attempts that are due, by second of the run. */
export function dueBySecond(plan: Plan): number[] {
  return dueBy(plan, 1000);
}

/** @param sessions planned, by actor */
export function demandOf(plan: Plan, sessions: readonly number[]): Demand {
  const atOnce = plan.actors.reduce(
    (sum, { actor, index }) => sum + Math.min(actor.concurrency, sessions[index] ?? 0),
    0,
  );
  return { perSecond: busiestSecond(dueBy(plan, STEP_MS)), atOnce };
}

function dueBy(plan: Plan, stepMs: number): number[] {
  const due = new Array<number>(Math.ceil(plan.spans.endMs / stepMs) + 1).fill(0);
  for (const planned of plan.actors) {
    for (const { intendedMs } of sessionsOf(plan, planned)) {
      const step = Math.floor(intendedMs / stepMs);
      due[step] = (due[step] ?? 0) + 1;
    }
  }
  return due;
}

function busiestSecond(due: readonly number[]): number {
  let most = 0;
  let within = 0;
  for (const [step, count] of due.entries()) {
    within += count - (due[step - STEPS] ?? 0);
    most = Math.max(most, within);
  }
  return most;
}
