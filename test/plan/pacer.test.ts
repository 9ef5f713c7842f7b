import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePacer } from '../../src/plan/pacer.ts';
import type { Rate } from '../../src/scenario/scenario.ts';

/** All starts below `untilMs`. */
function starts(rate: Rate, untilMs: number, seed = 1): number[] {
  const pace = makePacer(rate, seed, 1);
  const times: number[] = [];
  for (let n = 0, before = 0; ; n += 1) {
    const at = pace(n, before);
    if (at === undefined || at >= untilMs) return times;
    times.push(at);
    before = at;
  }
}

const count = (times: readonly number[], fromMs: number, toMs: number) =>
  times.filter((at) => at >= fromMs && at < toMs).length;

describe('a pacer', () => {
  it('constant: one start every 1/rate', () => {
    expect(starts({ shape: 'constant', perSecond: 4 }, 1000)).toEqual([0, 250, 500, 750]);
  });

  it('ramp: as many as the area under the line, then the top rate', () => {
    const times = starts({ shape: 'ramp', from: 0, to: 100, overMs: 2000 }, 4000);
    // Areas: first second 25, second 75, then 100 each.
    expect([0, 1, 2, 3].map((s) => count(times, s * 1000, (s + 1) * 1000))).toEqual([
      25, 75, 100, 100,
    ]);
  });

  it('ramp: may also fall, down to nothing', () => {
    const times = starts({ shape: 'ramp', from: 100, to: 0, overMs: 2000 }, 10_000);
    expect([0, 1, 2].map((s) => count(times, s * 1000, (s + 1) * 1000))).toEqual([75, 25, 0]);
  });

  it('burst: the peak for its time in every period, the base between', () => {
    const rate: Rate = { shape: 'burst', base: 10, peak: 100, everyMs: 4000, forMs: 1000 };
    const times = starts(rate, 8000);
    expect([0, 1, 2, 3, 4, 5].map((s) => count(times, s * 1000, (s + 1) * 1000))).toEqual([
      100, 10, 10, 10, 100, 10,
    ]);
  });

  it('burst: nothing between where the base is zero', () => {
    const times = starts({ shape: 'burst', base: 0, peak: 10, everyMs: 2000, forMs: 500 }, 4000);
    expect(times.every((at) => at % 2000 < 500)).toBe(true);
    expect(times).toHaveLength(10);
  });

  it('decay: half the starts of each half-life in the next, and an end', () => {
    const times = starts({ shape: 'decay', from: 1000, halfLifeMs: 1000 }, 60_000);
    const [first = 0, second = 0, third = 0] = [0, 1, 2].map((s) =>
      count(times, s * 1000, (s + 1) * 1000),
    );
    expect(first / second).toBeCloseTo(2, 1);
    expect(second / third).toBeCloseTo(2, 1);
    expect(times.length).toBe(Math.ceil(1000 / Math.LN2));
  });

  it('poisson: the mean rate, with gaps that vary as an exponential does', () => {
    const times = starts({ shape: 'poisson', perSecond: 100 }, 100_000);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(
      gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length,
    );
    expect(mean).toBeCloseTo(10, 0);
    expect(deviation / mean).toBeCloseTo(1, 1);
  });

  it('poisson: other seeds, other times; the same seed, the same', () => {
    const rate: Rate = { shape: 'poisson', perSecond: 50 };
    expect(starts(rate, 1000, 7)).toEqual(starts(rate, 1000, 7));
    expect(starts(rate, 1000, 7)).not.toEqual(starts(rate, 1000, 8));
  });

  it('trace: the list itself', () => {
    expect(starts({ shape: 'trace', atMs: [0, 5, 5, 900] }, 1000)).toEqual([0, 5, 5, 900]);
  });

  it('never goes back in time', () => {
    const positive = fc.double({ min: 0.5, max: 2000, noNaN: true });
    const span = fc.integer({ min: 100, max: 5000 });
    const rates: fc.Arbitrary<Rate> = fc.oneof(
      fc.record({ shape: fc.constant('constant' as const), perSecond: positive }),
      fc.record({ shape: fc.constant('poisson' as const), perSecond: positive }),
      fc.record({
        shape: fc.constant('ramp' as const),
        from: positive,
        to: positive,
        overMs: span,
      }),
      fc.record({ shape: fc.constant('decay' as const), from: positive, halfLifeMs: span }),
      fc.record({
        shape: fc.constant('burst' as const),
        base: positive,
        peak: positive,
        everyMs: fc.constant(6000),
        forMs: span,
      }),
    );
    fc.assert(
      fc.property(rates, (rate) => {
        const times = starts(rate, 3000);
        expect(times.every((at, i) => at >= (times[i - 1] ?? 0))).toBe(true);
      }),
    );
  });
});
