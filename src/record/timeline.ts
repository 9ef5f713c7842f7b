// The run second by second: what was due, what ended, how far the generator lagged, what the target used.
import type { EndState } from '../smtp/stage.ts';

export interface Slot {
  started: number;
  readonly ended: Partial<Record<EndState, number>>;
  lagMaxMs: number;
  inFlight: number;
}

/** One look at the target, placed in the run. All optional: not every target can tell. */
export interface Sample {
  readonly atMs: number;
  readonly cpuS?: number;
  readonly memoryBytes?: number;
  readonly workersBusy?: number;
  readonly acceptQueue?: number;
  readonly listenOverflows?: number;
  readonly queue?: number;
  readonly logBytes?: number;
}

export class Timeline {
  readonly slots: Slot[] = [];
  readonly samples: Sample[] = [];

  slot(atMs: number): Slot {
    const second = Math.max(0, Math.floor(atMs / 1000));
    while (this.slots.length <= second) {
      const inFlight = this.slots.at(-1)?.inFlight ?? 0;
      this.slots.push({ started: 0, ended: {}, lagMaxMs: 0, inFlight });
    }
    return this.slots[second] as Slot;
  }

  /**
   * CPU seconds used up to a moment, between the samples around it; undefined after the last. Before
   * the first there was no load: what that says counts.
   */
  cpuAt(atMs: number): number | undefined {
    let before: Sample | undefined;
    for (const sample of this.samples) {
      if (sample.cpuS === undefined) continue;
      if (sample.atMs >= atMs) {
        if (!before || before.cpuS === undefined) return sample.cpuS;
        const share = (atMs - before.atMs) / (sample.atMs - before.atMs);
        return before.cpuS + share * (sample.cpuS - before.cpuS);
      }
      before = sample;
    }
    return undefined;
  }
}
