// Latency histograms in microseconds: what each actor, phase and measure had is counted in buckets, and
// summed up to a histogram for whoever reads.
import { build, type Histogram, initWebAssemblySync } from 'hdr-histogram-js';
import { PHASES } from '../scenario/scenario.ts';
import { STAGES } from '../smtp/stage.ts';
import { BucketCounts, HIGHEST_US, wholeUs } from './bucket-counts.ts';

/** WebAssembly takes values in 3× faster (38 against 127 ns measured); where it fails, JavaScript does. */
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
  histogram.recordValue(wholeUs(ms));
}

/**
 * What is measured of a session: each stage from its command to its last reply; `verdict` from the
 * intended start to the reply that decided; `banner` from the intended start; `lag` from the intended
 * start, or from the end of a wait for a place at its own host, to the real start.
 */
export const MEASURES = [...STAGES, 'verdict', 'bannerFromIntended', 'lag'] as const;
export type Measure = (typeof MEASURES)[number];

export class HistogramGrid {
  /** Made when the first value comes. */
  private readonly cells: (BucketCounts | undefined)[];

  constructor(actors: number) {
    this.cells = new Array<BucketCounts | undefined>(actors * PHASES.length * MEASURES.length);
  }

  record(actor: number, phase: number, measure: number, ms: number): void {
    const at = (actor * PHASES.length + phase) * MEASURES.length + measure;
    let cell = this.cells[at];
    if (!cell) {
      cell = new BucketCounts();
      this.cells[at] = cell;
    }
    cell.recordMs(ms);
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
        const cell = this.cells[(actor * PHASES.length + phase) * MEASURES.length + measure];
        if (!cell) continue;
        sum ??= makeHistogram();
        cell.addTo(sum);
      }
    }
    return sum;
  }
}
