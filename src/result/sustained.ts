// The rate that the generator could hold, as the run itself shows it in its saturated seconds.
import type { Recorder } from '../record/recorder.ts';

export interface Sustained {
  readonly perSecond: number;
  /** How many seconds that rests on. */
  readonly seconds: number;
}

/** Of the busiest saturated second: less is not the load that saturated it. */
const LOADED_SHARE = 0.25;

/** Undefined where no second was saturated: sends were never late by more than `limitMs`. */
export function sustainedRate({ timeline }: Recorder, limitMs: number): Sustained | undefined {
  const saturated = timeline.slots
    .filter(({ lagMaxMs }) => lagMaxMs > limitMs)
    .map(({ begun }) => begun);
  const most = Math.max(0, ...saturated);
  // A hiccup in the calm is none of the load's doing, and would pass for a very low rate.
  const loaded = saturated.filter((begun) => begun > 0 && begun >= most * LOADED_SHARE);
  if (loaded.length === 0) return undefined;
  // The mean: what is begun in one second may be what others left over.
  const sum = loaded.reduce((total, begun) => total + begun, 0);
  return { perSecond: sum / loaded.length, seconds: loaded.length };
}

/** Sessions begun in a second of the run, in the mean. */
export function meanRate({ timeline: { slots } }: Recorder): number {
  return slots.reduce((sum, { begun }) => sum + begun, 0) / Math.max(1, slots.length);
}
