// The arithmetic of a calibration: medians, which rates are tried, up to which one sends are punctual,
// and what a plan is told that asks for so much.
import { describe, expect, it } from 'vitest';
import { median, punctual, thirdShare } from '../../src/calibration/calibrate.ts';
import type { Lag } from '../../src/calibration/calibration.ts';
import { isModest, limitOf, outlookOf } from '../../src/calibration/forecast.ts';
import { held, paced, saturating } from '../../src/calibration/shapes.ts';
import { sessionsOf } from '../../src/plan/plan.ts';

/** Measured at 1000/s of a limit by share; `late` or not. */
function lags(...list: readonly [share: number, p99Ms: number][]): Lag[] {
  return list.map(([share, p99Ms]) => ({ share, perSecond: share * 1000, p50Ms: 0.1, p99Ms }));
}

describe('the median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 2, 9], 3],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('the third rate that is tried', () => {
  it.each([
    ['lies below when both were late', lags([0.5, 1.1], [0.8, 4]), 0.25],
    ['lies between when one was', lags([0.5, 0.9], [0.8, 4]), 0.65],
    ['lies above when none was', lags([0.5, 0.4], [0.8, 0.9]), 0.9],
  ])('%s', (_, given, expected) => {
    expect(thirdShare(given)).toBe(expected);
  });
});

describe('sends are punctual', () => {
  it.each([
    ['nowhere', lags([0.25, 1], [0.5, 2], [0.8, 3]), 0],
    ['up to the last rate before they are late', lags([0.5, 0.9], [0.65, 0.99], [0.8, 1]), 650],
    ['up to the highest rate tried', lags([0.5, 0.2], [0.8, 0.3], [0.9, 0.9]), 900],
    ['not at a rate above one at which they were late', lags([0.5, 5], [0.8, 0.5]), 0],
  ])('%s', (_, given, expected) => {
    expect(punctual(given)).toBe(expected);
  });
});

describe('a plan', () => {
  it('is held against the costlier kind of session', () => {
    const heldPerSecond = 4500;
    expect(limitOf({ peak: { rejected: 5000, accepted: 4000 }, heldPerSecond })).toBe(4000);
    expect(limitOf({ peak: { rejected: 3000, accepted: 4000 }, heldPerSecond })).toBe(3000);
  });

  it('is held against what an open loop holds', () => {
    expect(limitOf({ peak: { rejected: 5000, accepted: 4000 }, heldPerSecond: 3500 })).toBe(3500);
  });

  it.each([
    [800, 'within'],
    [801, 'close'],
    [1000, 'close'],
    [1001, 'beyond'],
  ])('of %d sessions/s where 1000 are held is %s', (perSecond, outlook) => {
    expect(outlookOf(perSecond, { perSecond: 1000 })).toBe(outlook);
  });

  it.each([
    [400, 1, true],
    [401, 1, false],
    [801, 2, false],
    [800, 2, true],
  ])('of %d sessions/s with %d workers is modest: %s', (perSecond, workers, expected) => {
    expect(isModest(perSecond, workers)).toBe(expected);
  });
});

describe('the plans of a calibration', () => {
  const dues = (plan: ReturnType<typeof held>) =>
    plan.actors.flatMap((planned) => [...sessionsOf(plan, planned)].map((s) => s.intendedMs));

  it('hold a few sessions, and later all', () => {
    const due = dues(held(30, 90));
    expect(due).toHaveLength(90);
    expect(due.filter((ms) => ms < 500)).toHaveLength(30);
    expect(Math.min(...due.filter((ms) => ms >= 500))).toBeGreaterThanOrEqual(1000);
  });

  it('pace sessions for the time that is measured, behind a warm-up', () => {
    const plan = paced('rejected', { perSecond: 200, warmMs: 500, measuredMs: 1000 });
    expect(dues(plan)).toHaveLength(300);
    expect(plan.spans).toMatchObject({ calmMs: 500, recoveryMs: 500, endMs: 1500 });
  });

  it.each(['rejected', 'accepted'] as const)(
    'have more %s sessions due than anything plays',
    (shape) => {
      const plan = saturating(shape, 70);
      expect(plan.actors[0]?.actor.concurrency).toBe(70);
      const [planned] = plan.actors;
      const due = planned && sessionsOf(plan, planned);
      for (let i = 0; i < 1000; i += 1) expect(due?.next().value?.intendedMs).toBeLessThan(1);
    },
  );
});
