// Those goals of the scenario that the percentile chart can show: an upper limit on a quantile of
// real mail's delay in the storm.
import type { Study } from '../study.ts';

export interface LatencyGoal {
  readonly quantile: number;
  /** In seconds. */
  readonly limit: number;
  /** For the margin of the chart. */
  readonly short: string;
}

const FORM = /^legit\.latency\.p(\d+)\s*<=?\s*([\d.]+)\s*(us|ms|s|min)(?:\s+in\s+(.+))?$/;
const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60 };

export function latencyGoals(study: Study): LatencyGoal[] {
  return study.result.goal.flatMap((text) => {
    const [, digits = '', value, unit = '', where = 'storm'] = FORM.exec(text.trim()) ?? [];
    const factor = SECONDS[unit];
    if (value === undefined || factor === undefined || !/\bstorm\b/.test(where)) return [];
    const short = `goal: p${digits} < ${value}${unit}`;
    // p99 is 0.99 and p999 is 0.999.
    return [{ quantile: Number(`0.${digits}`), limit: Number(value) * factor, short }];
  });
}
