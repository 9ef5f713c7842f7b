// Thresholds over a comparison: whom they are about, and when a limit lies within the scatter of the runs.
import { describe, expect, it } from 'vitest';
import { parseGate } from '../../src/scenario/gate.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import { judgeGates } from '../../src/verdict/gate.ts';
import { pairsOf } from './paired-runs.ts';

const VARIANTS = ['base', 'candidate'];
function judged(text: string, base: readonly number[], candidate: readonly number[]) {
  const { gate } = parseGate(text, {
    metrics: metricsOf([{ name: 'legit', kind: 'legit' }]),
    variants: VARIANTS,
    emptyPhases: [],
  });
  if (!gate) throw new Error(text);
  const runs = pairsOf(base, candidate);
  return judgeGates([gate], { variants: VARIANTS, runs, verdicts: [] }).map(
    ({ variant, state, value, borderline }) => ({ variant, state, value, borderline }),
  );
}
const P95 = 'legit.latency.p95';

describe('a threshold', () => {
  it('is about every variant but the baseline, which may break it', () => {
    expect(judged(`${P95} < 3s in storm`, [9, 9, 9], [2, 2.01, 1.99])).toEqual([
      { variant: 'candidate', state: 'met', value: 2, borderline: false },
    ]);
  });
  it('is about the baseline where it names it', () => {
    expect(judged(`${P95} < 3s in storm for base`, [9, 9, 9], [2, 2, 2])).toMatchObject([
      { variant: 'base', state: 'missed' },
    ]);
  });
  it.each([
    ['met', [2.9, 3.1, 2.7]],
    ['missed', [3.1, 2.9, 3.3]],
  ])('that the runs straddle is borderline, and %s by their median', (state, values) => {
    expect(judged(`${P95} < 3s in storm`, [1, 1, 1], values)).toMatchObject([
      { state, borderline: true },
    ]);
  });
  it('without data is neither met nor borderline', () => {
    expect(judged(`${P95} < 3s in calm`, [1], [1])).toMatchObject([
      { state: 'no-data', borderline: false },
    ]);
  });
});
