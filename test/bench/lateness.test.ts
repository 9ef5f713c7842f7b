import { describe, expect, it } from 'vitest';
import { lateness } from '../../src/bench/measure/lateness.ts';

describe('lateness', () => {
  it.each([
    // Of 1,000 ms 10 may be later: of one gap of 30 ms those whose wait is longer than 20.
    [[30], 0.99, 20],
    [[5, 5], 0.99, 0],
    [[20, 20], 0.99, 15],
    [[20, 16, 1], 0.99, 13],
    [[20, 3], 0.99, 10],
    [[], 0.99, 0],
    [[30], 0.5, 0],
  ])('of gaps %j at the quantile %d is %d ms', (gaps, quantile, expected) => {
    expect(lateness(gaps, 1000, quantile)).toBeCloseTo(expected, 9);
  });

  it('is what counting every moment gives', () => {
    const gaps = [7.5, 3, 12, 0.4, 9, 1.25, 2];
    const late = gaps.flatMap((gap) => Array.from({ length: gap * 100 }, (_, i) => gap - i / 100));
    const all = [...late, ...Array.from({ length: 200_000 - late.length }, () => 0)];
    const counted = all.sort((a, b) => a - b)[Math.ceil(0.99 * all.length) - 1] ?? 0;
    expect(lateness(gaps, 2000, 0.99)).toBeCloseTo(counted, 1);
  });
});
