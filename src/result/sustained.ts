// The rate that the generator could hold, as the run itself shows it in its saturated seconds.
import type { Recorder } from '../record/recorder.ts';

export interface Sustained {
  readonly perSecond: number;
  /** How many seconds that rests on. */
  readonly seconds: number;
}

/** Undefined where no second was saturated: sends were never late by more than `limitMs`. */
export function sustainedRate({ timeline }: Recorder, limitMs: number): Sustained | undefined {
  const saturated = timeline.slots
    .filter(({ lagMaxMs }) => lagMaxMs > limitMs)
    .map(({ begun }) => begun)
    .sort((a, b) => a - b);
  // A hiccup in the calm is none of the load's doing, and would pass for a very low rate.
  const loaded = saturated.filter((begun) => begun > 0 && begun >= (saturated.at(-1) ?? 0) / 2);
  // The lower median: what was begun in one second may be what another left over.
  const perSecond = loaded[(loaded.length - 1) >> 1];
  return perSecond === undefined ? undefined : { perSecond, seconds: loaded.length };
}

/** Sessions begun in a second of the run, in the mean. */
export function meanRate({ timeline: { slots } }: Recorder): number {
  return slots.reduce((sum, { begun }) => sum + begun, 0) / Math.max(1, slots.length);
}
