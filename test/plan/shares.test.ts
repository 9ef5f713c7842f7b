import { describe, expect, it } from 'vitest';
import { uniform } from '../../src/plan/random.ts';
import { shareOut } from '../../src/plan/shares.ts';

/** The options' shares of the sessions, of which the host of rank r sends 1 / (r + 1) as many as the first. */
function sharesOf(weights: readonly number[], count: number, seed: number): number[] {
  const hosts = { first: 500, count };
  const optionOf = shareOut(weights, hosts, (host) => uniform(seed, 1, host));
  const sums = weights.map(() => 0);
  let total = 0;
  for (let rank = 0; rank < count; rank += 1) {
    const option = optionOf(hosts.first + rank);
    sums[option] = (sums[option] ?? 0) + 1 / (rank + 1);
    total += 1 / (rank + 1);
  }
  return sums.map((sum) => sum / total);
}

describe('options shared out over Zipf-distributed hosts', () => {
  it.each([
    [[40, 20, 10, 30], 20_000],
    [[1, 1], 300],
    [[97, 1, 1, 1], 20_000],
    [[0.5, 0.3, 0.1, 0.05, 0.03, 0.02], 5000],
    [[80, 0, 20], 2000],
  ])('%j have their shares of the sessions of %i hosts, whatever the seed', (weights, count) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let seed = 1; seed <= 60; seed += 1) {
      sharesOf(weights, count, seed).forEach((share, i) => {
        expect(Math.abs(share - (weights[i] ?? 0) / total)).toBeLessThan(0.01);
      });
    }
  });

  it('are the same for a host every time, and others with another seed', () => {
    const optionsOf = (seed: number) => {
      const optionOf = shareOut([1, 1, 1], { first: 0, count: 200 }, (host) =>
        uniform(seed, 1, host),
      );
      return Array.from({ length: 200 }, (_, host) => optionOf(host));
    };
    expect(optionsOf(1)).toEqual(optionsOf(1));
    expect(optionsOf(1)).not.toEqual(optionsOf(2));
  });

  it('are one where there is one host, the likeliest', () => {
    expect(shareOut([1, 5, 2], { first: 7, count: 1 }, () => 0)(7)).toBe(1);
  });
});
