// Pacers: when the n-th session of an actor is due. Each inverts the integral of its rate curve, so a
// pacer has no state and needs no list.
import type { Rate } from '../scenario/scenario.ts';
import { uniform } from './random.ts';

/**
 * The intended start of session `n` (from 0) in ms from the actor's own start, given that of session
 * n − 1 (0 for the first); undefined where the curve sends no more.
 */
export type Pacer = (n: number, previousMs: number) => number | undefined;

export function makePacer(rate: Rate, seed: number, stream: number): Pacer {
  switch (rate.shape) {
    case 'constant':
      return constant(rate.perSecond);
    case 'ramp':
      return ramp(rate.from, rate.to, rate.overMs / 1000);
    case 'burst':
      return burst(rate.base, rate.peak, rate.everyMs / 1000, rate.forMs / 1000);
    case 'decay':
      return decay(rate.from, rate.halfLifeMs / 1000);
    case 'poisson':
      return poisson(rate.perSecond, seed, stream);
    case 'trace':
      return (n) => rate.atMs[n];
  }
}

/*  rate │▔▔▔▔▔▔▔▔▔▔   N(t) = r·t            ⇒  t = n / r          */
function constant(perSecond: number): Pacer {
  return (n) => (perSecond > 0 ? (n / perSecond) * 1000 : undefined);
}

/*  rate │    ╱▔▔▔▔▔   N(t) = a·t + (b − a)·t² / 2T   up to T,
         │  ╱          then   N(T) + b·(t − T)                   */
function ramp(from: number, to: number, overS: number): Pacer {
  const atTop = ((from + to) / 2) * overS;
  const slope = (to - from) / overS;
  return (n) => {
    if (n >= atTop) return to > 0 ? (overS + (n - atTop) / to) * 1000 : undefined;
    if (slope === 0) return (n / from) * 1000;
    return ((-from + Math.sqrt(from * from + 2 * slope * n)) / slope) * 1000;
  };
}

/*  rate │▔▔▏  ▔▔▏  ▔▔   peak for `for`, base for the rest of every period;
         │  ▔▔▔  ▔▔▔     one period holds peak·for + base·(every − for)     */
function burst(base: number, peak: number, everyS: number, forS: number): Pacer {
  const inPeak = peak * forS;
  const inPeriod = inPeak + base * (everyS - forS);
  return (n) => {
    if (inPeriod <= 0) return undefined;
    const period = Math.floor(n / inPeriod);
    const rest = n - period * inPeriod;
    const within = rest < inPeak ? rest / peak : forS + (rest - inPeak) / base;
    return (period * everyS + within) * 1000;
  };
}

/*  rate │▔╲            r·2^(−t/h):  N(t) = r·h/ln 2 · (1 − 2^(−t/h)),
         │   ╲▁▁▁       which ends after r·h/ln 2 sessions               */
function decay(from: number, halfLifeS: number): Pacer {
  const total = (from * halfLifeS) / Math.LN2;
  return (n) => (n < total ? -halfLifeS * Math.log2(1 - n / total) * 1000 : undefined);
}

/*  rate │▔▔▔▔▔▔▔▔▔▔   independent arrivals: exponential gaps of mean 1/r   */
function poisson(perSecond: number, seed: number, stream: number): Pacer {
  return (n, previousMs) =>
    perSecond > 0
      ? previousMs - (Math.log(1 - uniform(seed, stream, n)) / perSecond) * 1000
      : undefined;
}
