import { describe, expect, it } from 'vitest';
import { median, pairwise, slope, spread } from '../../src/bench/measure/statistics.ts';

describe('medians', () => {
  it.each([
    { of: [3, 1, 2], median: 2 },
    { of: [10, 9, 1, 2], median: 5.5 },
    { of: [7], median: 7 },
    { of: [], median: Number.NaN },
  ])('the median of $of is $median', (row) => {
    expect(median(row.of)).toBe(row.median);
  });

  it('a spread tells the lowest and the highest beside the median', () => {
    expect(spread([4, 8, 5])).toEqual({ median: 5, min: 4, max: 8 });
  });
});

describe('ratios', () => {
  it('are taken within each pair, so that a slow repeat slows both', () => {
    // The ratio of the medians would be 2: 20 to 10.
    expect(pairwise([1, 20, 300], [1, 10, 600])).toEqual({ median: 1, min: 0.5, max: 2 });
  });

  it('leave out what has no partner', () => {
    expect(pairwise([2, 4, 100], [1, 1])).toEqual({ median: 3, min: 2, max: 4 });
  });

  it('may be told as another figure', () => {
    const added = (a: number, b: number) => a - b;
    expect(pairwise([5, 9], [4, 6], added)).toEqual({ median: 2, min: 1, max: 3 });
  });
});

describe('slopes', () => {
  it('a line has its own', () => {
    expect(slope([0, 1, 2, 5].map((x) => [x, 3 * x + 7] as const))).toBe(3);
  });

  it('one reading far off does not turn a flat line', () => {
    expect(slope([0, 1, 2, 3, 4, 5, 6].map((x) => [x, x === 3 ? 900 : 10] as const))).toBe(0);
  });

  it('one point has none', () => {
    expect(slope([[1, 1]])).toBeNaN();
  });
});
