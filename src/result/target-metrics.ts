// What the run cost the target, phase by phase, from the samples of it.

import type { PhaseSpans } from '../plan/plan.ts';
import type { Recorder } from '../record/recorder.ts';
import { type Curve, growth, type Interval, type Sample, type Total } from '../record/timeline.ts';
import type { Phase } from '../scenario/scenario.ts';
import type { Metric, MetricPhase } from './result.ts';

export interface Window {
  readonly phase: MetricPhase;
  readonly phases: readonly Phase[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** The readings of a sample that go up and down. */
export type Gauge = Exclude<keyof Sample, Total | 'atMs' | 'faults'>;

const PEAKS = [
  ['target.memory_peak', 'memoryBytes', 'B'],
  ['target.workers_peak', 'workersBusy', 'count'],
  ['target.accept_queue_peak', 'acceptQueue', 'count'],
  ['target.queue_peak', 'queue', 'count'],
] as const satisfies readonly (readonly [string, Gauge, Metric['unit']])[];

export function targetMetrics({ timeline, plan }: Recorder, window: Window): Metric[] {
  const { phase, phases, fromMs, toMs } = window;
  const samples = timeline
    .intervals()
    .filter((interval) => {
      const most = phaseOf(interval, plan.spans);
      return most !== undefined && phases.includes(most);
    })
    .map(({ sample }) => sample);
  const peaks = PEAKS.map(([metric, gauge, unit]) => ({
    metric,
    value: peakOf(samples, gauge),
    unit,
  }));
  const grown = [
    {
      metric: 'target.cpu_s',
      value: growth(timeline.curve('cpuS'), fromMs, toMs),
      unit: 's',
    },
    {
      metric: 'target.listen_overflows',
      value: growth(inWholes(timeline.curve('listenOverflows')), fromMs, toMs),
      unit: 'count',
    },
    {
      metric: 'target.log_bytes',
      value: growth(inWholes(timeline.curve('logBytes')), fromMs, toMs),
      unit: 'B',
    },
  ] as const;
  return [...grown, ...peaks].flatMap(({ metric, value, unit }) =>
    value === undefined ? [] : { phase, metric, value, unit },
  );
}

/** The highest reading; undefined when no sample has one. */
export function peakOf(samples: readonly Sample[], gauge: Gauge): number | undefined {
  let peak: number | undefined;
  for (const { [gauge]: value } of samples) {
    if (value !== undefined && (peak === undefined || value > peak)) peak = value;
  }
  return peak;
}

/** Where most of an interval lies; undefined before the run's start and in the drain. */
function phaseOf({ fromMs, toMs }: Interval, spans: PhaseSpans): Phase | undefined {
  const stretches = [
    [undefined, Number.NEGATIVE_INFINITY, 0],
    ['warmup', 0, spans.calmMs],
    ['calm', spans.calmMs, spans.stormMs],
    ['storm', spans.stormMs, spans.recoveryMs],
    ['recovery', spans.recoveryMs, spans.endMs],
    [undefined, spans.endMs, Number.POSITIVE_INFINITY],
  ] as const;
  let longest = 0;
  let most: Phase | undefined;
  for (const [phase, from, to] of stretches) {
    const length = Math.min(to, toMs) - Math.max(from, fromMs);
    if (length <= longest) continue;
    longest = length;
    most = phase;
  }
  return most;
}

/** Counts and bytes are whole; rounded here, the phases still add up to the run. */
function inWholes(curve: Curve): Curve {
  return (atMs) => {
    const value = curve(atMs);
    return value === undefined ? undefined : Math.round(value);
  };
}
