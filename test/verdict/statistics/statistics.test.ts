// The numbers behind a verdict against an independent oracle (oracle.py: mpmath with 50 digits, signed ranks as
// whole numbers), each to a billionth.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { betaCdf, betaQuantile, logGamma } from '../../../src/verdict/statistics/beta.ts';
import { pairedT, smallestEffect } from '../../../src/verdict/statistics/paired-t.ts';
import { clopperPearson } from '../../../src/verdict/statistics/proportion.ts';
import { hodgesLehmann, signedRankBound } from '../../../src/verdict/statistics/signed-rank.ts';
import { studentQuantile } from '../../../src/verdict/statistics/student.ts';

const number = z.number();
const oracle = z
  .object({
    logGamma: z.array(z.tuple([number, number])),
    beta: z.array(z.tuple([number, number, number, number])),
    student: z.array(z.tuple([number, number, number])),
    clopperPearson: z.array(z.tuple([number, number, number, number, number])),
    signedRank: z.array(z.tuple([number, number, number])),
  })
  .parse(JSON.parse(readFileSync(new URL('oracle.json', import.meta.url), 'utf8')));

/** To 1e-9 of the value. */
function agree(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
}

describe('as the oracle has them', () => {
  test.each(oracle.logGamma)('ln Γ(%d)', (x, expected) => {
    expect(Math.abs(logGamma(x) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, expected));
  });
  test.each(oracle.beta)('the %d-quantile of beta(%d, %d)', (p, a, b, expected) => {
    agree(betaQuantile(p, a, b), expected);
  });
  test.each(oracle.student)("Student's %d-quantile of %d degrees", (p, df, expected) => {
    agree(studentQuantile(p, df), expected);
    agree(studentQuantile(1 - p, df), -expected);
  });
  test.each(oracle.clopperPearson)('%d of %d at %d', (k, n, alpha, low, high) => {
    const interval = clopperPearson(k, n, alpha);
    agree(interval.low, low);
    agree(interval.high, high);
  });
  it.each(oracle.signedRank)('the place among %d signed ranks at %d', (n, alpha, place) => {
    expect(signedRankBound(n, alpha)).toBe(place);
  });
});

describe('the beta function', () => {
  it('is the inverse of its quantile', () => {
    const shape = fc.double({ min: 0.05, max: 2000, noNaN: true });
    const share = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });
    fc.assert(
      fc.property(share, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        // The doubles on both sides of x may be further apart in probability than that.
        const step = Math.max(x, 1 - x) * Number.EPSILON;
        expect(betaCdf(x - 2 * step, a, b)).toBeLessThanOrEqual(p + 1e-9);
        expect(betaCdf(x + 2 * step, a, b)).toBeGreaterThanOrEqual(p - 1e-9);
      }),
      { numRuns: 300 },
    );
  });
});

describe('paired differences', () => {
  it("give Student's interval around their mean", () => {
    const { centre, low, high } = pairedT([1, 2, 3, 4, 5], 0.025);
    expect(centre).toBe(3);
    // t(0.975, 4) = 2.776445105; s / √5 = √0.5.
    expect(high - 3).toBeCloseTo(2.776445105 * Math.SQRT1_2, 8);
    expect(3 - low).toBeCloseTo(high - 3, 12);
  });
  it('say nothing alone', () => {
    expect(pairedT([1], 0.05)).toEqual({ centre: 1, low: -Infinity, high: Infinity });
    expect(smallestEffect([1], 0.05)).toBe(Infinity);
  });
  it('leave an effect unseen that is smaller than both quantiles of their scatter', () => {
    // t(0.95, 4) = 2.131846786, t(0.8, 4) = 0.940964577.
    expect(smallestEffect([1, 2, 3, 4, 5], 0.05)).toBeCloseTo(3.072811363 * Math.SQRT1_2, 8);
  });
  it('by ranks are bounded by Walsh averages', () => {
    // Of 5 differences P(W+ = 0) is 1/32, and P(W+ ≤ 1) 1/16.
    const values = [5, 1, 3, 2, 4];
    expect(hodgesLehmann(values, 1 / 16)).toEqual({ centre: 3, low: 1.5, high: 4.5 });
    expect(hodgesLehmann(values, 1 / 32)).toEqual({ centre: 3, low: 1, high: 5 });
    expect(hodgesLehmann(values, 0.03)).toEqual({ centre: 3, low: -Infinity, high: Infinity });
  });
  it('by ranks do not move with how far an outlier lies', () => {
    const calm = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    const far = hodgesLehmann([...calm, 1000], 0.01);
    expect(hodgesLehmann([...calm, 10_000], 0.01).low).toBe(far.low);
  });
});
