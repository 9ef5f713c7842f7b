// A storm of another size is the same curve, so many times as high.
import { expect, test } from 'vitest';
import { makePacer } from '../../src/plan/pacer.ts';
import { peakRate, scaleRate } from '../../src/scenario/scale-rate.ts';
import type { Rate } from '../../src/scenario/scenario.ts';

/** Sessions that are due within ten seconds. */
function count(rate: Rate): number {
  const pacer = makePacer(rate, 1, 1);
  let [n, at] = [0, pacer(0, 0)];
  while (at !== undefined && at < 10_000) {
    n += 1;
    at = pacer(n, at);
  }
  return n;
}

const RATES: readonly (readonly [Rate, number])[] = [
  [{ shape: 'constant', perSecond: 40 }, 40],
  [{ shape: 'poisson', perSecond: 40 }, 40],
  [{ shape: 'ramp', from: 10, to: 60, overMs: 4000 }, 60],
  [{ shape: 'burst', base: 5, peak: 80, everyMs: 2000, forMs: 500 }, 80],
  [{ shape: 'decay', from: 90, halfLifeMs: 3000 }, 90],
];
test.each(RATES)('%o', (rate, peak) => {
  const scaled = scaleRate(rate, 2.5);
  expect(peakRate(rate)).toBe(peak);
  expect(scaled && peakRate(scaled)).toBe(2.5 * peak);
  const times = scaled ? count(scaled) / count(rate) : 0;
  expect(Math.abs(times - 2.5)).toBeLessThan(rate.shape === 'poisson' ? 0.6 : 0.05);
});

test('a trace has no size', () => {
  const trace: Rate = { shape: 'trace', atMs: [0, 10] };
  expect(scaleRate(trace, 2)).toBeUndefined();
  expect(peakRate(trace)).toBeUndefined();
});
