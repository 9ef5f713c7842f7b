// Legitimate mail: the correspondents of the domain. Every message carries an id in its Message-ID, by
// which the ledger follows it to the sink; a temporary failure is tried again as a real MTA does.

import { makeMailboxes } from '../plan/mailboxes.ts';
import { ledgerId, MESSAGE_DATE, type PlannedActor } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { LegitActor } from '../scenario/scenario.ts';
import { type ActorKind, HOST_LIMIT, type RetrySchedule, type Sender } from './actor.ts';
import { hostName, mailDomain } from './host-name.ts';
import { buildLegitPool, legitBody, messageIdLine } from './legit-pool.ts';
import { fixedGaps, postfixRetries } from './retry-schedule.ts';

const POOL = 64;
const STREAM = 4240;
/** Distinct people who write at each host. */
const WRITERS_PER_HOST = 3;
/**
 * Share of the mail that goes to the writer's usual correspondent: greylists know these after the first
 * message, and only the rest is new to them. An assumption, not a measurement.
 */
const USUAL = 0.8;

export const legit: ActorKind = {
  async prepare(plan, planned) {
    const { seed, world } = plan;
    const pool = await buildLegitPool({
      seed,
      size: legitOf(planned).size,
      recipients: makeMailboxes(seed, world.mailboxes, world.domain),
      count: POOL,
      date: MESSAGE_DATE,
    });
    return { bodies: pool };
  },

  sender(plan, planned, material): Sender {
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const bodies = material['bodies'] ?? [];
    const schedule = scheduleOf(legitOf(planned));
    const stream = STREAM + planned.index;
    const reader = (index: number, host: number, writer: number): number =>
      uniform(seed, stream, index, 3) < USUAL
        ? uniform(seed, STREAM, host, 8 + writer)
        : uniform(seed, stream, index, 2);
    return {
      script({ actor, index, host }) {
        const helo = hostName(seed, host);
        const writer = Math.floor(uniform(seed, stream, index, 1) * WRITERS_PER_HOST);
        const mailbox = mailboxes[Math.floor(reader(index, host, writer) * mailboxes.length)];
        return {
          helo,
          greeting: 'EHLO',
          pipelining: true,
          quit: 'no-wait',
          reversePath: `writer${writer}@${mailDomain(helo)}`,
          recipients: [mailbox ?? ''],
          message: [
            Buffer.from(messageIdLine(ledgerId(actor, index), helo), 'latin1'),
            legitBody(bodies, seed, index),
          ],
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: () => schedule,
    };
  },
};

function legitOf({ actor }: PlannedActor): LegitActor {
  if (actor.kind !== 'legit') throw new Error(`${actor.name} is no legitimate sender`);
  return actor;
}

function scheduleOf({ retry }: LegitActor): RetrySchedule | undefined {
  if (retry === 'none') return undefined;
  return retry === 'native' ? postfixRetries() : fixedGaps(retry.gapsMs);
}
