// A storm of another size: the same curve, so many times as high.
import type { Rate } from './scenario.ts';

/** Undefined for a trace: its starts are given one by one. */
export function scaleRate(rate: Rate, factor: number): Rate | undefined {
  switch (rate.shape) {
    case 'constant':
    case 'poisson':
      return { ...rate, perSecond: rate.perSecond * factor };
    case 'ramp':
      return { ...rate, from: rate.from * factor, to: rate.to * factor };
    case 'burst':
      return { ...rate, base: rate.base * factor, peak: rate.peak * factor };
    case 'decay':
      return { ...rate, from: rate.from * factor };
    case 'trace':
      return undefined;
  }
}

/** Sessions a second where the curve is highest; undefined for a trace. */
export function peakRate(rate: Rate): number | undefined {
  switch (rate.shape) {
    case 'constant':
    case 'poisson':
      return rate.perSecond;
    case 'ramp':
      return Math.max(rate.from, rate.to);
    case 'burst':
      return Math.max(rate.base, rate.peak);
    case 'decay':
      return rate.from;
    case 'trace':
      return undefined;
  }
}
