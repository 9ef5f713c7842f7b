// The run second by second: what was due, what ended, how far the generator lagged, what the target used.
import type { TargetSample } from '../sample.ts';
import { END_STATES } from '../smtp/stage.ts';

export interface Slot {
  /** Attack sessions. */
  started: number;
  /** Sessions of all senders, by when we were told. */
  begun: number;
  /** By index into END_STATES. */
  readonly ended: number[];
  lagMaxMs: number;
  /** By worker, as each told last in this second; nothing where it told nothing. */
  readonly inFlight: number[];
}

/** Placed in the run. */
export interface Sample extends TargetSample {
  readonly atMs: number;
}

/** A sample speaks for the time since the one before; the first for its moment only. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
  readonly sample: Sample;
}

/** Totals since the target's start, which only grow. */
export type Total =
  | 'cpuS'
  | 'listenOverflows'
  | 'logBytes'
  | 'logLines'
  | 'diskBytes'
  | 'refusedConcurrent'
  | 'refusedRate'
  | 'pregreets'
  | 'listed'
  | 'hangups'
  | 'passedNew'
  | 'passedOld'
  | 'tooManyErrors'
  | 'behindCpuS'
  | 'behindSessions'
  | 'behindProbes'
  | 'swallowed'
  | 'linkBytes';

/**
 * A total at any moment of the run: on the line between the readings around it, and undefined after
 * the last. Before the first there was no load: what that says counts.
 */
export type Curve = (atMs: number) => number | undefined;

export class Timeline {
  readonly slots: Slot[] = [];
  /** In the order of their moments, no two at the same: see Recorder.sampled. */
  readonly samples: Sample[] = [];
  private readonly curves = new Map<Total, { readonly samples: number; readonly curve: Curve }>();

  slot(atMs: number): Slot {
    const second = Math.max(0, Math.floor(atMs / 1000));
    while (this.slots.length <= second) {
      const ended = new Array<number>(END_STATES.length).fill(0);
      this.slots.push({ started: 0, begun: 0, ended, lagMaxMs: 0, inFlight: [] });
    }
    return this.slots[second] as Slot;
  }

  /** Sessions in flight by second: the sum of what each worker told last, in it or before. */
  inFlight(): number[] {
    const told: number[] = [];
    return this.slots.map((slot) => {
      slot.inFlight.forEach((sessions, worker) => {
        told[worker] = sessions;
      });
      return told.reduce((sum, sessions) => sum + sessions, 0);
    });
  }

  intervals(): Interval[] {
    return this.samples.map((sample, i) => ({
      fromMs: this.samples[i - 1]?.atMs ?? sample.atMs,
      toMs: sample.atMs,
      sample,
    }));
  }

  /** Made once for all who ask between two samples: after eight hours making it takes 10 ms. */
  curve(total: Total): Curve {
    const made = this.curves.get(total);
    if (made?.samples === this.samples.length) return made.curve;
    const curve = curveThrough(this.samples, total);
    this.curves.set(total, { samples: this.samples.length, curve });
    return curve;
  }
}

function curveThrough(samples: readonly Sample[], total: Total): Curve {
  const readings: { readonly atMs: number; readonly value: number }[] = [];
  for (const { atMs, [total]: value } of samples) {
    if (value !== undefined) readings.push({ atMs, value });
  }
  return (atMs) => {
    const at = firstFrom(readings, atMs);
    const [before, after] = [readings[at - 1], readings[at]];
    if (!before || !after) return after?.value;
    const share = (atMs - before.atMs) / (after.atMs - before.atMs);
    return before.value + share * (after.value - before.value);
  };
}

/** How much a total grew; undefined where the readings do not reach so far. */
export function growth(curve: Curve, fromMs: number, toMs: number): number | undefined {
  const before = curve(fromMs);
  const after = curve(toMs);
  return before === undefined || after === undefined ? undefined : after - before;
}

/** The index of the first reading at or after a moment: a long run has tens of thousands. */
function firstFrom(readings: readonly { readonly atMs: number }[], atMs: number): number {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((readings[middle]?.atMs ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
