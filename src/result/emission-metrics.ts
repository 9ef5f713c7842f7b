// What the target sent of its own accord, phase by phase, and the few samples of it that people see.
import type { Emissions } from '../record/emissions.ts';
import type { Recorder } from '../record/recorder.ts';
import type { EmittedSample, Metric } from './result.ts';
import type { Window } from './target-metrics.ts';

export const EMISSION_METRICS = [
  'target.backscatter',
  'target.backscatter_recipients',
  'target.fair_bounces',
  'target.probes',
  'target.other_mail',
] as const;

/** Nothing where no sink of ours sees what leaves. */
export function emissionMetrics({ emissions, hasSink }: Recorder, window: Window): Metric[] {
  if (!hasSink) return [];
  const { phase, phases } = window;
  const counts = emissions.in(phases);
  const values = [
    counts.backscatter,
    counts.backscatterRecipients,
    counts.fairBounces,
    counts.probes,
    counts.others,
  ];
  return EMISSION_METRICS.map((metric, i) => ({
    phase,
    metric,
    value: values[i] ?? 0,
    unit: 'count',
  }));
}

export function emittedSamples({ samples }: Emissions): EmittedSample[] {
  return samples.map(({ atMs, ...sample }) => ({ t: Math.round(atMs) / 1000, ...sample }));
}
