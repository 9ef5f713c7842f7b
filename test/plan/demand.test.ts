// What a plan asks of the generator, by its busiest second.
import { describe, expect, it } from 'vitest';
import { demandOf, dueBySecond } from '../../src/plan/demand.ts';
import { tallyPlan } from '../../src/plan/digest.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { type Changes, smallScenario } from './small-scenario.ts';

/** Legitimate mail from 0 to 4 s at 10/s, bouncers from 1.5 to 3.5 s at 50/s. */
function planOf(changes: Changes = {}) {
  const plan = makePlan(smallScenario(changes));
  return { plan, sessions: tallyPlan(plan).map((tally) => tally.sessions) };
}

describe('the demand of a plan', () => {
  it('is what is due in the busiest second, all senders together', () => {
    const { plan, sessions } = planOf();
    expect(dueBySecond(plan).slice(0, 4)).toEqual([10, 35, 60, 35]);
    expect(demandOf(plan, sessions).perSecond).toBe(60);
  });

  it.each([1400, 1500, 1700, 1950])('is the same wherever that second begins (%d ms)', (calmMs) => {
    // A storm of a second, which falls into two seconds of the clock.
    const phases = { warmupMs: 0, calmMs, stormMs: 1000, recoveryMs: 0 };
    const { plan, sessions } = planOf({ phases, legitPerSecond: 0.1, bouncersPerSecond: 500 });
    const { perSecond } = demandOf(plan, sessions);
    expect(perSecond).toBeGreaterThanOrEqual(475);
    expect(perSecond).toBeLessThanOrEqual(501);
  });

  it.each([
    [1000, 40 + 100],
    [70, 40 + 70],
    [30, 30 + 30],
  ])('with a concurrency of %d has at most %d sessions open', (concurrency, atOnce) => {
    const { plan, sessions } = planOf({ concurrency });
    expect(demandOf(plan, sessions).atOnce).toBe(atOnce);
  });

  it('leaves no session out', () => {
    const { plan, sessions } = planOf({ bouncersPerSecond: 777 });
    const due = dueBySecond(plan).reduce((sum, n) => sum + n, 0);
    expect(due).toBe(sessions.reduce((sum, n) => sum + n, 0));
  });
});
