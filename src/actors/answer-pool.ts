// The answers of one responder, built before the run and ready to send but for the host's name (see
// form-letter.ts): entry i is from correspondent i of whichever host sends it.

import { setImmediate as breathe } from 'node:timers/promises';
import { hash, type Random, randomStream } from '../plan/random.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { MARKED_HOST, mendMarks } from './form-letter.ts';
import { forgeOriginal } from './original.ts';
import type { Correspondent, Responder } from './responders/responder.ts';

const FACTS_STREAM = 4520;
const WORDING_STREAM = 4521;
/**
 * Bytes of the spam's body, evenly on a logarithmic scale: 1.4 KB in the middle, about that of the
 * originals in bounces. Few answers show it.
 */
const BODY = { smallest: 400, growth: 12 } as const;

export interface AnswerPoolOptions {
  readonly victim: string;
  readonly seed: number;
  readonly count: number;
  /** Number `index` of those who answer at a host. */
  readonly correspondent: (host: string, index: number) => Correspondent;
  /** When the answers were written. */
  readonly date: Date;
}

/**
 * `count` messages, dot-stuffed, without the final dot, with a mark for the host. The same options give
 * the same bytes.
 */
export async function buildAnswerPool(
  responder: Responder,
  options: AnswerPoolOptions,
): Promise<Uint8Array[]> {
  const pool: Uint8Array[] = [];
  for (let index = 0; index < options.count; index += 1) {
    pool.push(dotStuff(mendMarks(await buildAnswer(responder, options, index))));
    // A target may be starting meanwhile, on this thread as well.
    await breathe();
  }
  return pool;
}

function buildAnswer(responder: Responder, options: AnswerPoolOptions, index: number) {
  const { victim, seed, date } = options;
  const sender = options.correspondent(MARKED_HOST, index);
  const random = stream(responder, seed, FACTS_STREAM, index);
  const bodyBytes = Math.round(BODY.smallest * BODY.growth ** random());
  const original = forgeOriginal({ victim, recipient: sender.address, date, bodyBytes }, random);
  return responder.build(
    { sender, victim, original, date },
    stream(responder, seed, WORDING_STREAM, index),
  );
}

/** Numbers of its own for every responder, message and purpose. */
function stream({ name }: Responder, seed: number, purpose: number, index: number): Random {
  const own = [...name].reduce((code, letter) => hash(code, letter.charCodeAt(0)), seed);
  return randomStream(own, purpose, index);
}
