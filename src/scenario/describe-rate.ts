// A rate in words, as a report shows it.
import type { Rate } from './scenario.ts';

export function describeRate(rate: Rate): string {
  switch (rate.shape) {
    case 'constant':
      return perSecond(rate.perSecond);
    case 'ramp':
      return `ramp from ${perSecond(rate.from)} to ${perSecond(rate.to)} over ${rate.overMs / 1000} s`;
    case 'burst':
      return `bursts of ${perSecond(rate.peak)} for ${rate.forMs / 1000} s every ${rate.everyMs / 1000} s, ${perSecond(rate.base)} between`;
    case 'decay':
      return `decay from ${perSecond(rate.from)}, half every ${rate.halfLifeMs / 1000} s`;
    case 'poisson':
      return `Poisson, ${perSecond(rate.perSecond)} in the mean`;
    case 'trace':
      return `a trace of ${rate.atMs.length} starts`;
  }
}

function perSecond(rate: number): string {
  return `${Number(rate.toPrecision(3))}/s`;
}
