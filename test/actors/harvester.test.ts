import { expect, it } from 'vitest';
import { makeMailboxes } from '../../src/plan/mailboxes.ts';
import type { HarvesterActor, SlowClientActor } from '../../src/scenario/scenario.ts';
import { ask, COMMON, shareOf } from './senders.ts';

const HARVESTER: HarvesterActor = { ...COMMON, kind: 'harvester', recipients: 25, known: 0.2 };

it('a harvester tries as many addresses as told, known ones in the share asked for, and sends nothing', async () => {
  const { sender, session, plan } = await ask(HARVESTER);
  const mailboxes = new Set(makeMailboxes(plan.seed, plan.world.mailboxes, plan.world.domain));
  const scripts = Array.from({ length: 100 }, (_, i) => sender.script(session(i), 0));
  for (const script of scripts) {
    expect(script.message).toBeUndefined();
    expect(script.recipients).toHaveLength(25);
  }
  const tried = scripts.flatMap(({ recipients }) => recipients);
  expect(shareOf(tried.length, (i) => mailboxes.has(tried[i] ?? ''))).toBeCloseTo(0.2, 1);
  expect(tried.every((address) => address.endsWith(`@${plan.world.domain}`))).toBe(true);
});

it('a harvester tries other addresses in every session, and the same in the same one', async () => {
  const { sender, session } = await ask(HARVESTER);
  const tried = (index: number) => sender.script(session(1, index), 0).recipients;
  expect(tried(1)).toEqual(tried(1));
  expect(tried(1)).not.toEqual(tried(2));
});

it('a slow client drips at the pace that it is told, with a whole message in the end', async () => {
  const actor: SlowClientActor = { ...COMMON, kind: 'slow-client', everyMs: 5000 };
  const { sender, session } = await ask(actor);
  const script = sender.script(session(1), 0);
  expect(script.dripMs).toBe(5000);
  expect(Buffer.concat([...(script.message ?? [])]).toString()).toMatch(
    /^Received: .*\r\n\r\n.+\r\n$/s,
  );
});
