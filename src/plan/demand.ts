// What a plan asks of the generator: how many sessions begin in its busiest second, and how many may be
// open at once. First attempts: how many are tried again is the server's doing.
import { type Plan, sessionsOf } from './plan.ts';

export interface Demand {
  /** Sessions due in the busiest second, and which second of the run that is. */
  readonly perSecond: number;
  readonly atSecond: number;
  /** No more can be in flight than were planned: a retry follows the end of the attempt before. */
  readonly atOnce: number;
}

/** First attempts that are due, by second of the run. */
export function dueBySecond(plan: Plan): number[] {
  const due = new Array<number>(Math.ceil(plan.spans.endMs / 1000) + 1).fill(0);
  for (const planned of plan.actors) {
    for (const { intendedMs } of sessionsOf(plan, planned)) {
      const second = Math.floor(intendedMs / 1000);
      due[second] = (due[second] ?? 0) + 1;
    }
  }
  return due;
}

/** @param sessions planned, by actor; @param due as dueBySecond has it */
export function demandOf(
  plan: Plan,
  sessions: readonly number[],
  due: readonly number[] = dueBySecond(plan),
): Demand {
  let atSecond = 0;
  for (const [second, count] of due.entries()) {
    if (count > (due[atSecond] ?? 0)) atSecond = second;
  }
  const atOnce = plan.actors.reduce(
    (sum, { actor, index }) => sum + Math.min(actor.concurrency, sessions[index] ?? 0),
    0,
  );
  return { perSecond: due[atSecond] ?? 0, atSecond, atOnce };
}
