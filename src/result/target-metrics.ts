// What the run cost the target, from its samples; and how well the generator kept its time.

import { MEASURES } from '../record/histograms.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Sample } from '../record/timeline.ts';
import { PHASES, type Phase } from '../scenario/scenario.ts';
import { indexes } from './attack-metrics.ts';
import type { Metric, MetricPhase } from './result.ts';

export interface Window {
  readonly phase: MetricPhase;
  readonly phases: readonly Phase[];
  readonly fromMs: number;
  readonly toMs: number;
}

export function targetMetrics(
  recorder: Recorder,
  window: Window,
  attackers: readonly number[],
): Metric[] {
  const { phase, fromMs, toMs } = window;
  const { timeline } = recorder;
  const inside = timeline.samples.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs + 1000);
  const metrics: Metric[] = [];
  const peak = (metric: string, key: keyof Sample, unit: Metric['unit']): void => {
    const values = inside.flatMap((sample) => sample[key] ?? []);
    if (values.length > 0)
      metrics.push({ phase, metric, value: Math.max(...values), unit, n: values.length });
  };
  const grown = (metric: string, key: keyof Sample, unit: Metric['unit']): number | undefined => {
    const values = inside.flatMap((sample) => sample[key] ?? []);
    const [first, last] = [values[0], values.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    metrics.push({ phase, metric, value: last - first, unit, n: values.length });
    return last - first;
  };
  const before = timeline.cpuAt(fromMs);
  const after = timeline.cpuAt(toMs);
  const rejected = recorder.counters.sessions(attackers, window.phases, 'rejected');
  if (before !== undefined && after !== undefined) {
    metrics.push({ phase, metric: 'target.cpu_s', value: after - before, unit: 's' });
    if (rejected > 0) {
      const value = ((after - before) * 1000) / rejected;
      metrics.push({ phase, metric: 'reject.cpu_ms', value, unit: 'ms', n: rejected });
    }
  }
  peak('target.memory_peak', 'memoryBytes', 'B');
  peak('target.workers_peak', 'workersBusy', 'count');
  peak('target.accept_queue_peak', 'acceptQueue', 'count');
  peak('target.queue_peak', 'queue', 'count');
  grown('target.listen_overflows', 'listenOverflows', 'count');
  const logBytes = grown('target.log_bytes', 'logBytes', 'B');
  if (rejected > 0) {
    const bytes = attackers.reduce((sum, actor) => {
      const starts = window.phases.map((p) => recorder.counters.startsOf(actor, PHASES.indexOf(p)));
      return sum + starts.reduce((total, start) => total + start.bytesIn + start.bytesOut, 0);
    }, 0);
    metrics.push({
      phase,
      metric: 'reject.bytes',
      value: bytes / rejected,
      unit: 'B',
      n: rejected,
    });
    if (logBytes !== undefined) {
      metrics.push({
        phase,
        metric: 'reject.log_bytes',
        value: logBytes / rejected,
        unit: 'B',
        n: rejected,
      });
    }
  }
  return metrics;
}

export function generatorMetrics(recorder: Recorder, window: Window): Metric[] {
  const { phase, phases } = window;
  const all = recorder.plan.actors.map(({ index }) => index);
  const seconds = (window.toMs - window.fromMs) / 1000;
  const lag = recorder.histograms.sum(all, indexes(phases), MEASURES.indexOf('lag'));
  if (!lag || seconds <= 0) return [];
  const unsent = recorder.counters.sessions(all, phases, 'unsent');
  const n = lag.totalCount;
  const metrics: Metric[] = [
    {
      phase,
      metric: 'generator.offered',
      value: (n + unsent) / seconds,
      unit: '/s',
      n: n + unsent,
    },
    { phase, metric: 'generator.achieved', value: n / seconds, unit: '/s', n },
    { phase, metric: 'generator.lag.p50', value: lag.getValueAtPercentile(50) / 1e6, unit: 's', n },
    { phase, metric: 'generator.lag.p99', value: lag.getValueAtPercentile(99) / 1e6, unit: 's', n },
  ];
  lag.destroy();
  return metrics;
}
