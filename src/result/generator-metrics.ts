// How well the generator kept its time: what was due, what was started, and how late.
import { MEASURES } from '../record/histograms.ts';
import type { Recorder } from '../record/recorder.ts';
import { indexes } from './attack-metrics.ts';
import type { Metric } from './result.ts';
import type { Window } from './target-metrics.ts';

export function generatorMetrics(recorder: Recorder, window: Window): Metric[] {
  const { phase, phases } = window;
  const all = recorder.plan.actors.map(({ index }) => index);
  const seconds = (window.toMs - window.fromMs) / 1000;
  const lag = recorder.histograms.sum(all, indexes(phases), MEASURES.indexOf('lag'));
  if (!lag || seconds <= 0) return [];
  const n = lag.totalCount;
  const offered = n + recorder.counters.sessions(all, phases, 'unsent');
  const lagAt = (percent: number): Metric => ({
    phase,
    metric: `generator.lag.p${percent}`,
    value: lag.getValueAtPercentile(percent) / 1e6,
    unit: 's',
    n,
  });
  const metrics: Metric[] = [
    { phase, metric: 'generator.offered', value: offered / seconds, unit: '/s', n: offered },
    { phase, metric: 'generator.achieved', value: n / seconds, unit: '/s', n },
    lagAt(50),
    lagAt(99),
  ];
  lag.destroy();
  return metrics;
}
