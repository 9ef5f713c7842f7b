// What legitimate senders say: to whom, as which system, and how genuine bounces look.
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { eximRetries } from '../../src/actors/retry-schedule.ts';
import { makeMailboxes } from '../../src/plan/mailboxes.ts';
import type { PlannedSession } from '../../src/plan/plan.ts';
import type { LegitActor } from '../../src/scenario/scenario.ts';
import { LEDGER_ID } from '../../src/world/delivery.ts';
import { ask, COMMON, shareIn, shareOf } from './senders.ts';

const ACTOR: LegitActor = {
  ...COMMON,
  kind: 'legit',
  size: { bytes: 2000 },
  systems: { postfix: 1 },
  several: 0,
  lists: 0,
  deadUsers: 0,
  bounces: 0,
};
const COUNT = 2000;

async function asked(changes: Partial<LegitActor>) {
  const { sender, session, plan } = await ask({ ...ACTOR, ...changes });
  const mailboxes = new Set(makeMailboxes(plan.seed, plan.world.mailboxes, plan.world.domain));
  const of = (index: number) => session(index % 50, index);
  return { mailboxes, sender, script: (index: number) => sender.script(of(index), 0) };
}

function text(parts: readonly Uint8Array[] | undefined): string {
  return Buffer.concat([...(parts ?? [])]).toString('latin1');
}

describe('recipients', () => {
  it('are one mailbox unless something else is asked for', async () => {
    const { script, mailboxes } = await asked({});
    expect(shareOf(COUNT, (i) => mailboxes.has(script(i).recipients.join()))).toBe(1);
    expect(shareOf(COUNT, (i) => script(i).dead === 0)).toBe(1);
  });

  it('are two to four different mailboxes in the share asked for', async () => {
    const { script, mailboxes } = await asked({ several: 0.3 });
    const counts = Array.from({ length: COUNT }, (_, i) => script(i).recipients.length);
    // With 20 mailboxes a further recipient is now and then the first one again.
    expect(shareOf(COUNT, (i) => (counts[i] ?? 0) > 1)).toBeCloseTo(0.3, 1);
    expect(Math.max(...counts)).toBe(4);
    expect(shareOf(COUNT, (i) => script(i).recipients.every((to) => mailboxes.has(to)))).toBe(1);
  });

  it('are a list in the share asked for, with as many dead as are told', async () => {
    const { script, mailboxes } = await asked({ lists: 0.2, deadUsers: 0.3 });
    let members = 0;
    let dead = 0;
    for (let i = 0; i < COUNT; i += 1) {
      const { recipients } = script(i);
      const gone = recipients.filter((to) => !mailboxes.has(to));
      expect(script(i).dead).toBe(gone.length);
      if (recipients.length === 1) continue;
      members += recipients.length;
      dead += gone.length;
    }
    expect(shareOf(COUNT, (i) => script(i).recipients.length > 4)).toBeCloseTo(0.2, 1);
    expect(dead / members).toBeGreaterThan(0.15);
    expect(dead / members).toBeLessThan(0.5);
  });
});

describe('genuine bounces', () => {
  it('come in the share asked for, with a null sender, to a mailbox, under the ledger’s id', async () => {
    const { script, mailboxes } = await asked({ bounces: 0.25 });
    const isBounce = (i: number) => script(i).reversePath === '';
    expect(shareOf(COUNT, isBounce)).toBeCloseTo(0.25, 1);
    for (let i = 0; i < 200; i += 1) {
      if (!isBounce(i)) continue;
      const { recipients, message } = script(i);
      expect(mailboxes.has(recipients[0] ?? '')).toBe(true);
      const [header = ''] = text(message).split('\r\n\r\n');
      expect(LEDGER_ID.exec(header)?.[1]).toBe(`0-${i}`);
      expect(header.match(/^message-id:/gim)).toHaveLength(1);
      expect(header).toMatch(new RegExp(`^To: <?${recipients[0]}>?$`, 'm'));
      expect(header).toMatch(/^Subject: /m);
    }
  });
});

describe('the system of a correspondent', () => {
  it('gives its habits and its retries, for each host for good', async () => {
    const { sender, session, sessions } = await ask({ ...ACTOR, systems: { qmail: 50, exim: 50 } });
    const isQmail = (one: PlannedSession) => sender.script(one, 0).greeting === 'HELO';
    expect(shareIn(sessions, isQmail)).toBeCloseTo(0.5, 1);
    for (const one of sessions.slice(0, 100)) {
      const again = session(one.host, 777);
      expect(isQmail(again)).toBe(isQmail(one));
      const { habit, retry } = DIALECTS[isQmail(one) ? 'qmail' : 'exim'];
      expect(sender.script(one, 0)).toMatchObject({ pipelining: habit.pipelining });
      // Exim throws bounces away after two days, and ordinary mail after four.
      const last = isQmail(one) ? retry : eximRetries();
      for (const n of [1, 20, 26]) expect(sender.retrySchedule(one)?.(n)).toBe(last(n));
    }
    expect(DIALECTS.exim.retry(26)).toBeUndefined();
  });

  it('words its genuine bounces', async () => {
    const { sender, sessions } = await ask({
      ...ACTOR,
      bounces: 1,
      systems: { qmail: 50, exim: 50 },
    });
    for (const one of sessions.slice(0, 100)) {
      const { greeting, message } = sender.script(one, 0);
      expect(text(message).includes('Hi. This is the qmail-send program')).toBe(
        greeting === 'HELO',
      );
    }
  });

  it('that roams has the addresses of its own kind of sender only', async () => {
    const { sender, sessions, plan } = await ask({ ...ACTOR, systems: { gmail: 1 } });
    const hosts = plan.actors[0]?.hosts ?? { first: 0, count: 0 };
    const addresses = sessions
      .slice(0, 200)
      .flatMap((one) => [0, 1, 2, 3].map((attempt) => sender.addressHost?.(one, attempt) ?? -1));
    expect(new Set(addresses).size).toBeGreaterThan(50);
    expect(Math.min(...addresses)).toBeGreaterThanOrEqual(hosts.first);
    expect(Math.max(...addresses)).toBeLessThan(hosts.first + hosts.count);
    expect(hosts.first).toBeGreaterThanOrEqual(plan.world.sources);
  });
});
