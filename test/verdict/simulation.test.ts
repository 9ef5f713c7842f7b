// How often a verdict is wrong, and what it finds, on made-up machines: `npm run verdicts` has more of it. The
// random numbers are fixed, so that the counts are always the same.
import { expect, it } from 'vitest';
import { campaign, type Trial } from '../../src/bench/verdict/campaign.ts';

const NOISY = { drift: 0.3, episodes: 0.05 };
const shareOfWorse = (trial: Trial, comparisons = 400) =>
  campaign(trial, comparisons, 1).verdicts.worse / comparisons;

it.each([0.05, 0.1, 0.2])('a scatter of %d alone is hardly ever called worse', (scatter) => {
  expect(shareOfWorse({ scatter, ...NOISY, effect: 1, margin: 0.25 })).toBeLessThanOrEqual(0.05);
  expect(shareOfWorse({ scatter, ...NOISY, effect: 1, margin: 0.01 })).toBeLessThanOrEqual(0.05);
});
it('a doubling is found', () => {
  const trial = { scatter: 0.2, ...NOISY, effect: 2, margin: 0.25 };
  expect(shareOfWorse(trial)).toBeGreaterThanOrEqual(0.95);
});
it('a quarter more is found more often than not', () => {
  const trial = { scatter: 0.2, drift: 0, episodes: 0, effect: 1.25, margin: 0.25 };
  expect(shareOfWorse(trial)).toBeGreaterThanOrEqual(0.55);
});
it('playing one variant after the other would be deceived by drift: the order is not', () => {
  const trial = { scatter: 0.02, drift: 1, episodes: 0, effect: 1, margin: 0.01 };
  expect(shareOfWorse(trial)).toBeLessThanOrEqual(0.05);
});
