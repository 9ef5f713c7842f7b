// Latency histograms in microseconds, 1 µs to one hour, three significant digits: one per actor, phase
// and measure, made when the first value comes.
import { build, type Histogram, initWebAssemblySync } from 'hdr-histogram-js';
import { PHASES } from '../scenario/scenario.ts';
import { STAGES } from '../smtp/stage.ts';

const HIGHEST_US = 3_600_000_000;

/** WebAssembly records 3× faster (38 against 127 ns measured); where it fails the same in JavaScript. */
let wasm: boolean | undefined;
function webAssemblyWorks(): boolean {
  if (wasm === undefined) {
    try {
      initWebAssemblySync();
      wasm = true;
    } catch {
      wasm = false;
    }
  }
  return wasm;
}

export function makeHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 64,
    useWebAssembly: webAssemblyWorks(),
  });
}

export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * 1000))));
}

/**
 * What is measured of a session: each stage from its command to its last reply; `verdict` from the
 * intended start to the reply that decided; `banner` from the intended start; `lag` from the intended
 * start, or from the end of a wait for a place at its own host, to the real start.
 */
export const MEASURES = [...STAGES, 'verdict', 'bannerFromIntended', 'lag'] as const;
export type Measure = (typeof MEASURES)[number];

export class HistogramGrid {
  private readonly cells: (Histogram | undefined)[];

  constructor(actors: number) {
    this.cells = new Array<Histogram | undefined>(actors * PHASES.length * MEASURES.length);
  }

  record(actor: number, phase: number, measure: number, ms: number): void {
    const at = (actor * PHASES.length + phase) * MEASURES.length + measure;
    let cell = this.cells[at];
    if (!cell) {
      cell = makeHistogram();
      this.cells[at] = cell;
    }
    recordMs(cell, ms);
  }

  get(actor: number, phase: number, measure: number): Histogram | undefined {
    return this.cells[(actor * PHASES.length + phase) * MEASURES.length + measure];
  }

  /** The sum over some actors and phases, undefined when nothing was recorded; the caller destroys it. */
  sum(
    actors: readonly number[],
    phases: readonly number[],
    measure: number,
  ): Histogram | undefined {
    let sum: Histogram | undefined;
    for (const actor of actors) {
      for (const phase of phases) {
        const cell = this.get(actor, phase, measure);
        if (!cell) continue;
        sum ??= makeHistogram();
        sum.add(cell);
      }
    }
    return sum;
  }

  /** Frees the WebAssembly memory. */
  destroy(): void {
    for (const cell of this.cells) cell?.destroy();
    this.cells.fill(undefined);
  }
}
