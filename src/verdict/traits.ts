// How a metric is compared: which direction is better, on which scale, and by how much it must differ before that
// matters.
import type { Metric } from '../result/result.ts';

export interface Traits {
  readonly better: 'lower' | 'higher';
  /** Shares of n are compared by their odds, everything else as it is; both as logarithms. */
  readonly scale: 'ratio' | 'odds';
  /** The smallest change that matters: 0.25 is 25 %. */
  readonly margin: number;
}

const LATENCY_MARGIN = 0.25;
/** CPU, memory and bytes scatter less from run to run than waiting times do. */
const EFFORT_MARGIN = 0.1;

/** Of shares that may exceed 1 nobody can tell the odds. */
const MORE_THAN_ONE = /(^|\.)cpu$/;
const HIGHER_IS_BETTER =
  /(^|\.)(delivered|first_attempt_rate|reject_rate|rejected|averted|achieved)$/;

export function traitsOf(metric: string, unit: Metric['unit']): Traits {
  return {
    better: HIGHER_IS_BETTER.test(metric) && metric !== 'legit.rejected' ? 'higher' : 'lower',
    scale: unit === 'share' && !MORE_THAN_ONE.test(metric) ? 'odds' : 'ratio',
    margin: unit === 's' && !metric.endsWith('cpu_s') ? LATENCY_MARGIN : EFFORT_MARGIN,
  };
}
