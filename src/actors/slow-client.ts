// The slow client: a byte every few seconds, and so a slot of the server held for minutes. Stress mode's
// shorter time-outs are made for this one.

import { hostName } from '../plan/host-name.ts';
import { makeMailboxes } from '../plan/mailboxes.ts';
import { MESSAGE_DATE, type PlannedActor } from '../plan/plan.ts';
import { randomStream, uniform } from '../plan/random.ts';
import type { SlowClientActor } from '../scenario/scenario.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { type ActorKind, HOST_LIMIT } from './actor.ts';
import { bouncingRecipient } from './bouncing-recipient.ts';
import { forgeOriginal } from './original.ts';
import { chosenRetries } from './retry-schedule.ts';

const STREAM = 4280;
/** And the actor's index. */
const SESSION_STREAM = 5400;
/** Nobody waits for the end of a longer one. */
const BODY_BYTES = 200;

export const slowClient: ActorKind = {
  answersForgeries: false,

  prepare: async ({ seed, world }) => {
    const facts = { victim: world.victim, recipient: world.victim, date: MESSAGE_DATE };
    const random = randomStream(seed, STREAM);
    const { headers, body } = forgeOriginal({ ...facts, bodyBytes: BODY_BYTES }, random);
    return { spam: [dotStuff(Buffer.from(`${headers}\r\n${body}`, 'latin1'))] };
  },

  sender(plan, planned, material) {
    const actor = slowClientOf(planned);
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const retries = chosenRetries(actor.retry, undefined);
    return {
      script({ index, host }) {
        const random = randomStream(seed, SESSION_STREAM + planned.index, index);
        const helo = hostName(seed, host);
        const reader = Math.floor(uniform(seed, STREAM, index) * mailboxes.length);
        return {
          helo,
          greeting: 'EHLO',
          pipelining: false,
          quit: 'wait',
          reversePath: bouncingRecipient(helo, random),
          recipients: [mailboxes[reader] ?? ''],
          message: material['spam'] ?? [],
          dripMs: actor.everyMs,
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: () => retries,
    };
  },
};

function slowClientOf({ actor }: PlannedActor): SlowClientActor {
  if (actor.kind !== 'slow-client') throw new Error(`${actor.name} is no slow client`);
  return actor;
}
