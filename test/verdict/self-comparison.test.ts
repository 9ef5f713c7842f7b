// A setting against itself: scatter, false alarms and what could be seen, from made-up runs whose answers are known.
import { describe, expect, it } from 'vitest';
import { normal, randomStream } from '../../src/plan/random.ts';
import { selfComparisonLines } from '../../src/report/self-comparison.ts';
import { compareWithItself } from '../../src/verdict/self-comparison.ts';
import { pairsOf } from './paired-runs.ts';

const SIDES = { variant: 'candidate', baseline: 'base' };
function rowOf(base: readonly number[], candidate: readonly number[]) {
  const rows = compareWithItself(pairsOf(base, candidate), SIDES);
  expect(rows).toHaveLength(1);
  return rows[0];
}

describe('a setting against itself', () => {
  it('that never differs raises no alarm and shows any change', () => {
    const row = rowOf([2, 2, 2, 2], [2, 2, 2, 2]);
    expect(row).toMatchObject({
      metric: 'legit.latency.p95',
      pairs: 4,
      scatter: 0,
      falseAlarms: 0,
    });
    expect(row?.smallest).toEqual([0, 0, 0]);
  });

  it('has its scatter found, and sees less with fewer pairs', () => {
    const random = randomStream(3, 1);
    const value = () => Math.exp(0.2 * normal(random(), random()));
    const values = () => Array.from({ length: 200 }, value);
    const row = rowOf(values(), values());
    expect(row?.scatter).toBeCloseTo(0.2, 1);
    const [five = 0, ten = 0, fifteen = 0] = row?.smallest ?? [];
    expect(five).toBeGreaterThan(ten);
    expect(ten).toBeGreaterThan(fifteen);
    // (t(0.9833, 14) + t(0.8, 14)) × 0.2 × √2 / √15 = (2.3547 + 0.8681) × 0.07303, by R's qt().
    expect(Math.log(1 + fifteen)).toBeCloseTo(0.235, 1);
  });

  it('counts the alarms of every way to name the sides', () => {
    // Each run of one side is twice as long: named so in all pairs alike, one way in 16 says worse.
    const row = rowOf([1, 1, 1, 1], [2, 2, 2, 2]);
    expect(row).toMatchObject({ ways: 16, falseAlarms: 1 / 16 });
  });

  it('says nothing of one pair', () => {
    expect(compareWithItself(pairsOf([1], [2]), SIDES)).toEqual([]);
    expect(selfComparisonLines([])[0]).toContain('no pair of runs can be trusted');
  });

  it('fits a terminal', () => {
    const rows = compareWithItself(pairsOf([1, 1.1, 0.9], [1.2, 1, 0.8]), SIDES);
    const lines = selfComparisonLines(rows);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join('\n')).toMatch(/legit\.latency\.p95 +[\d.]+ % +[\d.]+ % +\+\d+/);
  });
});
