// Answers of every responder for the tests: fixed facts, a small original.

import { forgeOriginal } from '../../src/actors/original.ts';
import { mailingList, person } from '../../src/actors/responders/correspondents.ts';
import type { Answer, Responder } from '../../src/actors/responders/responder.ts';
import { randomStream } from '../../src/plan/random.ts';
import { LIST_SYSTEMS } from '../../src/scenario/scenario.ts';

const VICTIM = 'jslopez@xman.test';
const HOST = 'mx1.northwind.example';
const DATE = new Date('2008-03-25T09:00:00Z');

/** From Ingrid Larsen, or from the list members@. */
export function sampleAnswer({ name }: Responder, bodyBytes = 400): Answer {
  const lists: readonly string[] = LIST_SYSTEMS;
  const sender = (lists.includes(name) ? mailingList : person)(HOST, 0);
  return {
    sender,
    victim: VICTIM,
    original: forgeOriginal(
      { victim: VICTIM, recipient: sender.address, date: DATE, bodyBytes },
      randomStream(1, 1),
    ),
    date: DATE,
  };
}

export async function sampleReply(responder: Responder, seed = 7, bodyBytes = 400) {
  const built = await responder.build(sampleAnswer(responder, bodyBytes), randomStream(seed, 1));
  return built.toString('latin1');
}
