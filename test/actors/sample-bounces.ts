// Bounces of every cause and dialect for the tests: fixed facts, a small original.

import type { Bounce, Dialect } from '../../src/actors/actor.ts';
import { forgeOriginal } from '../../src/actors/original.ts';
import { randomStream } from '../../src/plan/random.ts';

const VICTIM = 'jslopez@xman.test';
const HOST = 'mx1.northwind.example';
const DATE = new Date('2008-03-25T09:00:00Z');

type Facts = Pick<Bounce, 'remoteHost' | 'reply'>;

/** Refused by the host behind, refused by itself; for three causes. */
export const CAUSES: Readonly<Record<string, Facts>> = Object.fromEntries(
  [
    { code: 550, enhanced: '5.1.1', text: 'User unknown' },
    { code: 554, enhanced: '5.7.1', text: 'Message refused by policy' },
    { code: 552, enhanced: '5.2.2', text: 'Mailbox full' },
  ].flatMap((reply) => [
    [`${reply.text}, said the host behind`, { remoteHost: 'store.northwind.example', reply }],
    [`${reply.text}, said the host itself`, { remoteHost: HOST, reply }],
  ]),
);
export const [UNKNOWN_BEHIND = { remoteHost: HOST, reply: { code: 0, enhanced: '', text: '' } }] =
  Object.values(CAUSES);

export function sampleBounce(facts: Facts, bodyBytes = 400): Bounce {
  const failedRecipient = 'ingrid.larsen@northwind.example';
  return {
    reportingHost: HOST,
    victim: VICTIM,
    failedRecipient,
    ...facts,
    original: forgeOriginal(
      { victim: VICTIM, recipient: failedRecipient, date: DATE, bodyBytes },
      randomStream(1, 1),
    ),
    date: DATE,
  };
}

export function sampleMessage(
  dialect: Dialect,
  facts: Facts = UNKNOWN_BEHIND,
  bodyBytes = 400,
  seed = 7,
): Promise<Buffer> {
  return dialect.build(sampleBounce(facts, bodyBytes), randomStream(seed, 1));
}
