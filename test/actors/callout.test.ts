import { describe, expect, it } from 'vitest';
import { hostName } from '../../src/plan/host-name.ts';
import type { PlannedSession } from '../../src/plan/plan.ts';
import type { CalloutActor } from '../../src/scenario/scenario.ts';
import { ask, COMMON, shareIn, shareOf } from './senders.ts';

const ACTOR: CalloutActor = {
  ...COMMON,
  kind: 'callout',
  systems: { exim: 50, postfix: 50 },
  random: 0,
  postmaster: 0,
  cache: 'native',
};
const HOUR = 3_600_000;

describe('a callout of Exim', () => {
  const EXIM = { ...ACTOR, systems: { exim: 1 } };

  it('asks for the victim with a null sender, and sends nothing', async () => {
    const { sender, session, plan } = await ask(EXIM);
    const script = sender.script(session(3), 0);
    expect(script).toMatchObject({ greeting: 'HELO', reversePath: '', quit: 'wait' });
    expect(script.recipients).toEqual([plan.world.victim]);
    expect(script.message).toBeUndefined();
    expect(sender.goesOn?.(session(3), 0, 'accepted')).toBe(false);
    expect(sender.retrySchedule(session(3))).toBeUndefined();
  });

  it('asks for a random address first and for the postmaster last where it is set so', async () => {
    const { sender, session } = await ask({ ...EXIM, random: 1, postmaster: 1 });
    const asked = [0, 1, 2].map((attempt) => sender.script(session(3), attempt).recipients[0]);
    expect(asked[0]).toMatch(new RegExp(`^${hostName(1, 3)}-\\d{10}-testing@xman\\.test$`));
    expect(asked.slice(1)).toEqual(['jslopez@xman.test', 'postmaster@xman.test']);
  });

  it.each([
    ['a random address that is refused', 0, 'rejected', true],
    ['a random address that is taken: so is any', 0, 'accepted', false],
    ['a random address that is deferred', 0, 'deferred', false],
    ['a sender who exists', 1, 'accepted', true],
    ['a sender who does not', 1, 'rejected', false],
    ['the postmaster', 2, 'accepted', false],
  ] as const)('after %s goes on: step %i, %s', async (_what, attempt, state, goesOn) => {
    const { sender, session } = await ask({ ...EXIM, random: 1, postmaster: 1 });
    expect(sender.goesOn?.(session(3), attempt, state)).toBe(goesOn);
  });

  it('remembers yes for a day and no for two hours', async () => {
    const { sender, session } = await ask(EXIM);
    const quota = sender.quota?.(session(3));
    expect(quota).toMatchObject({ limit: 1 });
    expect(quota?.periodMs('accepted')).toBe(24 * HOUR);
    expect(quota?.periodMs('rejected')).toBe(2 * HOUR);
    expect(quota?.periodMs('deferred')).toBe(0);
  });
});

describe('a callout of Postfix', () => {
  const POSTFIX = { ...ACTOR, systems: { postfix: 1 }, random: 1, postmaster: 1 };

  it('asks once as double-bounce, which is not the null sender', async () => {
    const { sender, session } = await ask(POSTFIX);
    const script = sender.script(session(3), 0);
    expect(script.reversePath).toBe(`double-bounce@${hostName(1, 3)}`);
    expect(script).toMatchObject({ greeting: 'EHLO', pipelining: true, reset: true });
    expect(script.message).toBeUndefined();
    expect(sender.goesOn?.(session(3), 0, 'accepted')).toBe(false);
  });

  it('remembers no for three days', async () => {
    const { sender, session } = await ask(POSTFIX);
    expect(sender.quota?.(session(3))?.periodMs('rejected')).toBe(72 * HOUR);
  });
});

it('has its systems and its probes in the shares asked for, each host of one for good', async () => {
  const { sender, session, sessions } = await ask({
    ...ACTOR,
    systems: { exim: 75, postfix: 25 },
    random: 0.4,
  });
  const isExim = (one: PlannedSession) => sender.script(one, 0).reversePath === '';
  expect(shareIn(sessions, isExim)).toBeCloseTo(0.75, 1);
  const isRandom = (one: PlannedSession) =>
    sender.script(one, 0).recipients[0]?.includes('-testing@');
  expect(shareIn(sessions.filter(isExim), (one) => isRandom(one) === true)).toBeCloseTo(0.4, 1);
  expect(shareOf(200, (host) => isExim(session(host)) === isExim(session(host, 9999)))).toBe(1);
});

it('forgets at once where the cache is off', async () => {
  const { sender, session } = await ask({ ...ACTOR, cache: 'off' });
  expect(sender.quota?.(session(3))).toBeUndefined();
});
