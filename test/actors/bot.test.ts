import { describe, expect, it } from 'vitest';
import { BOT_RETRIES } from '../../src/actors/bot-retries.ts';
import { hostName } from '../../src/actors/host-name.ts';
import type { BotActor } from '../../src/scenario/scenario.ts';
import { ask, COMMON, shareOf } from './senders.ts';

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
const HOSTS = 3000;

describe('bots', () => {
  it('have each fault in the share asked for', async () => {
    const { sender, session, plan } = await ask(ACTOR);
    const script = (host: number) => sender.script(session(host), 0);
    const own = (host: number) => hostName(plan.seed, host);
    expect(shareOf(HOSTS, (h) => script(h).pregreets === true)).toBeCloseTo(0.6, 1);
    expect(shareOf(HOSTS, (h) => script(h).quit === 'wait')).toBeCloseTo(0.2, 1);
    expect(shareOf(HOSTS, (h) => script(h).pipelining === 'unasked')).toBeCloseTo(0.3, 1);
    expect(shareOf(HOSTS, (h) => script(h).heedless === true)).toBeCloseTo(0.5, 1);
    expect(shareOf(HOSTS, (h) => script(h).helo !== own(h))).toBeCloseTo(0.8, 1);
    expect(shareOf(HOSTS, (h) => script(h).opening !== '')).toBeCloseTo(0.1, 1);
  });

  it('have their faults for good, and independently of each other', async () => {
    const { sender, session } = await ask(ACTOR);
    const faults = (host: number, index: number) => {
      const { recipients, reversePath, message, ...rest } = sender.script(session(host, index), 0);
      return rest;
    };
    for (let host = 0; host < 50; host += 1) expect(faults(host, 1)).toEqual(faults(host, 77));
    const both = shareOf(HOSTS, (host) => {
      const { pregreets, quit } = sender.script(session(host), 0);
      return pregreets === true && quit === 'wait';
    });
    expect(both).toBeCloseTo(0.12, 1);
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

  it('is spread over the hosts so, and the same for good', async () => {
    const { sender, session } = await ask(ACTOR);
    const schedule = (host: number) => sender.retrySchedule(session(host));
    expect(shareOf(HOSTS, (h) => schedule(h) === undefined)).toBeCloseTo(0.358, 1);
    const within = (host: number) => (schedule(host)?.(1) ?? Number.POSITIVE_INFINITY) < 60_000;
    // Within a minute come those that try again so soon and those with several messages.
    expect(shareOf(HOSTS, within)).toBeCloseTo(0.315 + 0.154, 1);
  });

  it('lets a greylist of five minutes be passed by less than a third of them', async () => {
    const { sender, session } = await ask(ACTOR);
    const passes = (host: number): boolean => {
      const times = [];
      for (let n = 1; times.length < 5; n += 1)
        times.push(sender.retrySchedule(session(host))?.(n));
      const first = sender.script(session(host), 0);
      return times.some((at, i) => {
        const { reversePath, recipients } = sender.script(session(host), i + 1);
        const same = reversePath === first.reversePath && recipients[0] === first.recipients[0];
        return same && at !== undefined && at >= 300_000;
      });
    };
    const share = shareOf(1000, passes);
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
