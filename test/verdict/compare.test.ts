// Verdicts from pairs of runs: which way, how sure, and why not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/result/result.ts';
import { compareRuns, levelOf } from '../../src/verdict/compare.ts';
import { pairsOf, QUESTION, runOf } from './paired-runs.ts';

const LEVEL = levelOf(1, 3);
const ask = (runs: readonly Run[], margin?: number) =>
  compareRuns(runs, { ...QUESTION, margin }, 's', LEVEL);
const BASE = [2, 2.1, 1.9, 2.05, 1.95];
const times = (factor: number) => BASE.map((value, i) => value * factor * (1 + (i - 2) / 100));

describe('a verdict', () => {
  it.each([
    ['worse', 2],
    ['better', 0.5],
    ['equivalent', 1.02],
  ] as const)('is %s at %d times', (verdict, factor) => {
    const record = ask(pairsOf(BASE, times(factor)));
    expect(record).toMatchObject({ verdict, pairs: 5, method: 'paired-t', margin: 0.25 });
    expect(record.ratio).toBeCloseTo(factor, 1);
    expect(record.low).toBeLessThan(record.ratio ?? 0);
    expect(record.high).toBeGreaterThan(record.ratio ?? 0);
  });

  it('is open where the change is sure but smaller than what matters, and not within it either', () => {
    const record = ask(pairsOf(BASE, times(1.2)));
    expect(record.low).toBeGreaterThan(1);
    expect(record.verdict).toBe('equivalent');
    expect(ask(pairsOf(BASE, times(1.2)), 0.19).verdict).toBe('worse');
    expect(ask(pairsOf(BASE, times(1.2)), 0.21).verdict).toBe('inconclusive');
  });

  it('is open where runs scatter, and says what would have shown', () => {
    const record = ask(pairsOf([2, 2, 2, 2, 2], [4, 1, 3, 2, 1.5]));
    expect(record.verdict).toBe('inconclusive');
    expect(record.smallest).toBeGreaterThan(2);
  });

  it('is turned round where more is better', () => {
    const more = { metric: 'generator.achieved', unit: '/s' } as const;
    const question = { ...QUESTION, metric: 'generator.achieved' };
    const runs = pairsOf(BASE, times(2), more);
    expect(compareRuns(runs, question, '/s', LEVEL).verdict).toBe('better');
  });

  it('of a share is about its odds', () => {
    const more = { metric: 'attack.reject_rate', unit: 'share', n: 1000 } as const;
    const question = { ...QUESTION, metric: 'attack.reject_rate' };
    const runs = pairsOf([0.9, 0.9, 0.9], [0.99, 0.99, 0.99], more);
    const record = compareRuns(runs, question, 'share', LEVEL);
    // (990.5 / 10.5) / (900.5 / 100.5)
    expect(record).toMatchObject({ verdict: 'better', scale: 'odds' });
    expect(record.ratio).toBeCloseTo(10.528, 3);
  });

  it('depends neither on the order of the runs nor on the unit', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), {
      minLength: 2,
      maxLength: 15,
    });
    fc.assert(
      fc.property(values, fc.double({ min: 0.5, max: 1000, noNaN: true }), (base, scale) => {
        const candidate = [...base].reverse();
        const runs = pairsOf(base, candidate);
        const record = ask(runs);
        expect(ask([...runs].reverse()).verdict).toBe(record.verdict);
        const scaled = pairsOf(
          base.map((value) => value * scale),
          candidate.map((value) => value * scale),
        );
        expect(ask(scaled).ratio).toBeCloseTo(record.ratio ?? 0, 8);
      }),
    );
  });

  it('is mirrored when the sides are changed', () => {
    const [there, back] = [ask(pairsOf(BASE, times(2))), ask(pairsOf(times(2), BASE))];
    expect(back.verdict).toBe('better');
    expect((there.ratio ?? 0) * (back.ratio ?? 0)).toBeCloseTo(1, 12);
    expect((there.low ?? 0) * (back.high ?? 0)).toBeCloseTo(1, 12);
  });
});

describe('what cannot be trusted', () => {
  it('drops its pair, and no other', () => {
    const runs = pairsOf(BASE, times(2)).map((run) =>
      run.variant === 'base' && run.repeat === 3 ? { ...run, valid: false } : run,
    );
    expect(ask(runs)).toMatchObject({ verdict: 'worse', pairs: 4 });
  });

  it('on one side only makes the whole answer doubtful', () => {
    const runs = pairsOf([...BASE, ...BASE], [...times(2), ...times(2)]).map((run) =>
      run.variant === 'candidate' && run.repeat <= 3 ? { ...run, valid: false } : run,
    );
    expect(ask(runs)).toMatchObject({
      verdict: 'inconclusive',
      reason: '3 runs of candidate cannot be trusted: that setting may itself starve the generator',
    });
  });

  it.each([
    ['no pair of runs can be trusted', pairsOf([1], [2]).map((run) => ({ ...run, valid: false }))],
    ['they were not played side by side', [runOf('base', 1, 1), runOf('candidate', 2, 1)]],
    ['too few samples: 199', pairsOf([1], [2], { n: 199 })],
    ['nothing was counted', pairsOf([0], [2])],
    ['not measured', pairsOf([1], [2], { phase: 'calm' })],
  ])('has its reason: %s', (reason, runs) => {
    expect(ask(runs)).toEqual({
      ...QUESTION,
      verdict: 'inconclusive',
      margin: 0.25,
      pairs: 0,
      reason,
    });
  });

  it('has the reason that the run itself gives', () => {
    const unavailable = [{ metric: 'legit.latency.p95', reason: 'the sink was full' }];
    const runs = pairsOf([1], [2], { phase: 'calm' }).map((run) => ({ ...run, unavailable }));
    expect(ask(runs).reason).toBe('the sink was full');
  });

  it('is one pair alone', () => {
    const record = ask(pairsOf([1], [3]));
    expect(record).toMatchObject({ verdict: 'inconclusive', pairs: 1, low: 0 });
    expect(record).not.toHaveProperty('high');
  });
});

describe('mail that never arrived', () => {
  const censored = (base: number[], candidate: number[], which: (run: Run) => boolean) =>
    pairsOf(base, candidate).map((run) =>
      which(run) ? { ...run, metrics: run.metrics.map((m) => ({ ...m, censored: true })) } : run,
    );

  it('is judged by ranks: how long it would have taken does not matter', () => {
    const base = Array.from({ length: 10 }, (_, i) => 2 + i / 100);
    const late = base.map(() => 20);
    const runs = censored(base, late, ({ variant }) => variant === 'candidate');
    expect(ask(runs)).toMatchObject({
      verdict: 'worse',
      method: 'hodges-lehmann',
      censored: 10,
    });
  });

  it('on both sides in more than a third of the pairs leaves it open', () => {
    const runs = censored([20, 20, 2, 2, 2], [20, 20, 9, 9, 9], ({ repeat }) => repeat <= 2);
    expect(ask(runs)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'in 2 of 5 pairs the mail that decides never arrived, on either side',
    });
  });
});
