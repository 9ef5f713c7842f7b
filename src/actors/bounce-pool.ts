// The bounces of one dialect, built before the run and ready to send but for the sender's name, whose
// place a mark holds (see form-letter.ts). Entry i stands for the i-th of equal shares of the dialect's
// sizes: its original grows until the bounce has the size of that share (see bounce-size.ts).

import { setImmediate as breathe } from 'node:timers/promises';
import { hostName, mailDomain } from '../plan/host-name.ts';
import { type Random, randomStream, uniform } from '../plan/random.ts';
import { DIALECT_NAMES } from '../scenario/scenario.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import type { Bounce, Dialect } from './actor.ts';
import { bounceSize } from './bounce-size.ts';
import { bouncingRecipient } from './bouncing-recipient.ts';
import { pick } from './draw.ts';
import { MARKED_HOST, mendMarks } from './form-letter.ts';
import { forgeOriginal } from './original.ts';

const STREAM = 4300;
const EIGHT_BIT_STREAM = 4299;
/** Share of the spam that is written in 8 bits. An assumption. */
const EIGHT_BIT = 0.2;

const REPLIES = [
  { code: 550, enhanced: '5.1.1', text: 'User unknown' },
  { code: 550, enhanced: '5.1.1', text: 'No such mailbox' },
  { code: 550, enhanced: '5.1.1', text: 'Recipient not found' },
  { code: 553, enhanced: '5.1.1', text: 'Unknown local part' },
  { code: 554, enhanced: '5.7.1', text: 'Message refused by policy' },
  { code: 552, enhanced: '5.2.2', text: 'Mailbox full' },
] as const;

export interface BouncePoolOptions {
  /** The recipient of all bounces, or of each by its place. */
  readonly victim: string | readonly string[];
  readonly seed: number;
  readonly count: number;
  /** When the bounces were made. */
  readonly date: Date;
}

/**
 * `count` messages in ascending size, dot-stuffed, without the final dot, with a mark for the host. The same
 * options give the same bytes.
 */
export async function buildBouncePool(
  dialect: Dialect,
  options: BouncePoolOptions,
): Promise<Uint8Array[]> {
  const pool: Uint8Array[] = [];
  for (let index = 0; index < options.count; index += 1) {
    pool.push(await buildBounce(dialect, options, index));
    // A target may be starting meanwhile, on this thread as well.
    await breathe();
  }
  return pool;
}

async function buildBounce(dialect: Dialect, options: BouncePoolOptions, index: number) {
  const target = bounceSize(dialect.name, (index + 0.5) / options.count);
  // The smallest bounce of a host like those to come tells how much room the original's body has.
  const smallest = await build(dialect, options, index, 0, hostName(options.seed, index));
  const room = Math.max(target - smallest.length, 0);
  return dotStuff(mendMarks(await build(dialect, options, index, room, MARKED_HOST)));
}

/** From the same numbers whatever the body's size, so that only the body differs. */
function build(
  dialect: Dialect,
  options: BouncePoolOptions,
  index: number,
  bodyBytes: number,
  host: string,
) {
  const { seed, date } = options;
  const victim = victimOf(options, index);
  const random = stream(dialect, seed, 'facts', index);
  const facts = bounceFacts(host, random);
  const eightBit =
    dialect.returnsEightBit === true && uniform(seed, EIGHT_BIT_STREAM, index) < EIGHT_BIT;
  const original = forgeOriginal(
    { victim, recipient: facts.failedRecipient, date, bodyBytes, eightBit },
    random,
  );
  return dialect.build(
    { ...facts, victim, date, original },
    stream(dialect, seed, 'wording', index),
  );
}

function victimOf({ victim }: BouncePoolOptions, index: number): string {
  if (typeof victim === 'string') return victim;
  const own = victim[index];
  if (own === undefined) throw new Error(`nobody receives bounce ${index}`);
  return own;
}

const LANES = ['facts', 'wording'] as const;

/** Numbers of its own for every dialect, message and purpose. */
function stream(
  dialect: Dialect,
  seed: number,
  lane: (typeof LANES)[number],
  index: number,
): Random {
  const offset = DIALECT_NAMES.indexOf(dialect.name) * LANES.length + LANES.indexOf(lane);
  return randomStream(seed, STREAM + offset, index);
}

function bounceFacts(reportingHost: string, random: Random) {
  // Half the hosts find out themselves, half are told by the mail store behind them.
  const behind = `store.${mailDomain(reportingHost)}`;
  return {
    reportingHost,
    remoteHost: random() < 0.5 ? reportingHost : behind,
    failedRecipient: bouncingRecipient(reportingHost, random),
    reply: pick(random, REPLIES),
  } satisfies Partial<Bounce>;
}
