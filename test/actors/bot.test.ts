import { describe, expect, it } from 'vitest';
import type { RetrySchedule } from '../../src/actors/actor.ts';
import { BOT_RETRIES } from '../../src/actors/bot-retries.ts';
import { hostName } from '../../src/plan/host-name.ts';
import type { PlannedSession } from '../../src/plan/plan.ts';
import type { BotActor } from '../../src/scenario/scenario.ts';
import type { Script } from '../../src/smtp/script.ts';
import { ask, COMMON, shareIn, shareOf } from './senders.ts';

const ACTOR: BotActor = {
  ...COMMON,
  kind: 'bot',
  pregreet: 0.6,
  quit: 0.2,
  pipelining: 0.3,
  heedless: 0.5,
  wrongHelo: 0.8,
  garbage: 0.1,
  known: 0.75,
};

describe('bots', () => {
  it('have each fault in the share asked for, of the sessions', async () => {
    const { sender, sessions, plan } = await ask(ACTOR);
    const share = (holds: (script: Script, host: number) => boolean) =>
      shareIn(sessions, (session) => holds(sender.script(session, 0), session.host));
    expect(share(({ pregreets }) => pregreets === true)).toBeCloseTo(0.6, 1);
    expect(share(({ quit }) => quit === 'wait')).toBeCloseTo(0.2, 1);
    expect(share(({ pipelining }) => pipelining === 'unasked')).toBeCloseTo(0.3, 1);
    expect(share(({ heedless }) => heedless === true)).toBeCloseTo(0.5, 1);
    expect(share(({ helo }, host) => helo !== hostName(plan.seed, host))).toBeCloseTo(0.8, 1);
    expect(share(({ opening }) => opening !== '')).toBeCloseTo(0.1, 1);
  });

  it('have their faults for good, and independently of each other', async () => {
    const { sender, session } = await ask(ACTOR);
    const faults = (host: number, index: number) => {
      const { recipients, reversePath, message, eightBit, ...rest } = sender.script(
        session(host, index),
        0,
      );
      return rest;
    };
    for (let host = 0; host < 50; host += 1) expect(faults(host, 1)).toEqual(faults(host, 77));
    const pairs = Array.from({ length: 300 }, (_, host) => {
      const { pregreets, quit } = sender.script(session(host), 0);
      return `${pregreets} ${quit}`;
    });
    expect(new Set(pairs).size).toBe(4);
  });

  it('write to people who exist in the share asked for, with a sender of their own invention', async () => {
    const { sender, session, plan } = await ask(ACTOR);
    const { makeMailboxes } = await import('../../src/plan/mailboxes.ts');
    const mailboxes = new Set(makeMailboxes(plan.seed, plan.world.mailboxes, plan.world.domain));
    const scripts = Array.from({ length: 1000 }, (_, i) => sender.script(session(i), 0));
    expect(
      scripts.filter(({ recipients: [to = ''] }) => mailboxes.has(to)).length / 1000,
    ).toBeCloseTo(0.75, 1);
    expect(scripts.every(({ recipients: [to = ''] }) => to.endsWith('@xman.test'))).toBe(true);
    expect(
      scripts.every(({ reversePath }) => /^[^@]+@[a-z0-9.]+\.example$/.test(reversePath)),
    ).toBe(true);
  });
});

describe('how bots come back', () => {
  it('adds up to a whole, in the shares counted at a greylisting site', () => {
    const sum = BOT_RETRIES.reduce((total, { share }) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
  });

  it('is shared out over the sessions so', async () => {
    const { sender, sessions } = await ask(ACTOR);
    const share = (holds: (schedule: RetrySchedule | undefined) => boolean) =>
      shareIn(sessions, (session) => holds(sender.retrySchedule(session)));
    expect(share((schedule) => schedule === undefined)).toBeCloseTo(0.358, 1);
    // Within a minute come those that try again so soon and those with several messages.
    expect(share((schedule) => (schedule?.(1) ?? 1e9) < 60_000)).toBeCloseTo(0.315 + 0.154, 1);
  });

  it('lets a greylist of five minutes be passed by less than a third of them', async () => {
    const { sender, sessions } = await ask(ACTOR);
    const passes = (session: PlannedSession): boolean => {
      const first = sender.script(session, 0);
      return [1, 2, 3, 4, 5].some((n) => {
        const at = sender.retrySchedule(session)?.(n);
        const { reversePath, recipients } = sender.script(session, n);
        const same = reversePath === first.reversePath && recipients[0] === first.recipients[0];
        return same && at !== undefined && at >= 300_000;
      });
    };
    const share = shareIn(sessions.slice(0, 1000), passes);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(1 / 3);
  });

  it('is as the scenario says where it says so', async () => {
    const { sender, session } = await ask({ ...ACTOR, retry: { gapsMs: [1000] } });
    expect(shareOf(100, (h) => sender.retrySchedule(session(h))?.(1) === 1000)).toBe(1);
    const none = await ask({ ...ACTOR, retry: 'none' });
    expect(shareOf(100, (h) => none.sender.retrySchedule(session(h)) === undefined)).toBe(1);
  });
});
