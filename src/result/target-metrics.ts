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

type Peak = readonly [string, Gauge, Metric['unit']];
type Growing = readonly [string, Total, Metric['unit']];

/** Each with the reading that it is made of, for saying which cannot be given. */
const PEAKS = [
  ['target.memory_peak', 'memoryBytes', 'B'],
  ['target.workers_peak', 'workersBusy', 'count'],
  ['target.workers_running_peak', 'workersRunning', 'count'],
  ['target.accept_queue_peak', 'acceptQueue', 'count'],
  ['target.queue_peak', 'queue', 'count'],
  ['target.queue_incoming_peak', 'queueIncoming', 'count'],
  ['target.queue_active_peak', 'queueActive', 'count'],
  ['target.queue_deferred_peak', 'queueDeferred', 'count'],
  ['target.queue_oldest_peak', 'queueOldestS', 's'],
] as const satisfies readonly Peak[];

const GROWN = [
  ['target.cpu_s', 'cpuS', 's'],
  ['target.listen_overflows', 'listenOverflows', 'count'],
  ['target.log_bytes', 'logBytes', 'B'],
  ['target.log_lines', 'logLines', 'count'],
  ['target.disk_bytes', 'diskBytes', 'B'],
  ['target.refused_concurrent', 'refusedConcurrent', 'count'],
  ['target.refused_rate', 'refusedRate', 'count'],
  ['target.too_many_errors', 'tooManyErrors', 'count'],
  ['target.postscreen.pregreet', 'pregreets', 'count'],
  ['target.postscreen.dnsbl', 'listed', 'count'],
  ['target.postscreen.hangup', 'hangups', 'count'],
  ['target.postscreen.pass_new', 'passedNew', 'count'],
  ['target.postscreen.pass_old', 'passedOld', 'count'],
] as const satisfies readonly Growing[];

/** Of two servers, the part of the one behind; there is nothing to tell of where there is one only. */
const BEHIND_PEAKS = [
  ['target.behind.memory_peak', 'behindMemoryBytes', 'B'],
  ['target.behind.workers_peak', 'behindWorkersBusy', 'count'],
] as const satisfies readonly Peak[];

const BEHIND_GROWN = [
  ['target.behind.cpu_s', 'behindCpuS', 's'],
  ['target.behind.sessions', 'behindSessions', 'count'],
  ['target.behind.probes', 'behindProbes', 'count'],
  ['target.swallowed', 'swallowed', 'count'],
  ['target.link_bytes', 'linkBytes', 'B'],
] as const satisfies readonly Growing[];

const STRESS = ['target.stress_s', 'stress', 's'] as const;

/** The metrics that samples give, and what each needs of them. */
export const SAMPLED = [...PEAKS, ...GROWN, STRESS].map(([metric, key]) => [metric, key] as const);

/** Absent where there is one server. */
export const OF_TWO = [...BEHIND_PEAKS, ...BEHIND_GROWN].map(
  ([metric, key]) => [metric, key] as const,
);

export function targetMetrics({ timeline, plan }: Recorder, window: Window): Metric[] {
  const { phase, phases, fromMs, toMs } = window;
  const intervals = timeline.intervals().filter((interval) => {
    const most = phaseOf(interval, plan.spans);
    return most !== undefined && phases.includes(most);
  });
  const samples = intervals.map(({ sample }) => sample);
  const peaks = [...PEAKS, ...BEHIND_PEAKS].map(([metric, gauge, unit]) => ({
    metric,
    value: peakOf(samples, gauge),
    unit,
  }));
  const grown = [...GROWN, ...BEHIND_GROWN].map(([metric, total, unit]) => {
    const curve = timeline.curve(total);
    return { metric, value: growth(unit === 's' ? curve : inWholes(curve), fromMs, toMs), unit };
  });
  const stress = { metric: STRESS[0], value: stressS(intervals), unit: STRESS[2] };
  return [...grown, ...peaks, stress].flatMap(({ metric, value, unit }) =>
    value === undefined ? [] : { phase, metric, value, unit },
  );
}

/** Seconds in stress mode, to the sample; undefined when no sample tells. */
function stressS(intervals: readonly Interval[]): number | undefined {
  if (intervals.every(({ sample }) => sample.stress === undefined)) return undefined;
  const stressed = intervals.filter(({ sample }) => sample.stress === 1);
  return stressed.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000;
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
