// The harvester: asks for address after address in one session to learn which of them exist, and sends
// nothing. Error limits are made for this one.

import { hostName } from '../plan/host-name.ts';
import { makeMailboxes } from '../plan/mailboxes.ts';
import type { PlannedActor } from '../plan/plan.ts';
import { randomStream } from '../plan/random.ts';
import type { HarvesterActor } from '../scenario/scenario.ts';
import { type ActorKind, HOST_LIMIT } from './actor.ts';
import { bouncingRecipient } from './bouncing-recipient.ts';
import { chosenRetries } from './retry-schedule.ts';

/** And the actor's index. */
const STREAM = 5300;

export const harvester: ActorKind = {
  answersForgeries: false,

  prepare: async () => ({}),

  sender(plan, planned) {
    const actor = harvesterOf(planned);
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const retries = chosenRetries(actor.retry, undefined);
    return {
      script({ index, host }) {
        const random = randomStream(seed, STREAM + planned.index, index);
        const helo = hostName(seed, host);
        const guess = (): string => {
          if (random() >= actor.known) return bouncingRecipient(`mx.${world.domain}`, random);
          return mailboxes[Math.floor(random() * mailboxes.length)] ?? '';
        };
        return {
          helo,
          greeting: 'EHLO',
          // In lock-step: each reply decides whether to go on.
          pipelining: false,
          quit: 'wait',
          reversePath: bouncingRecipient(helo, random),
          recipients: Array.from({ length: actor.recipients }, guess),
          message: undefined,
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: () => retries,
    };
  },
};

function harvesterOf({ actor }: PlannedActor): HarvesterActor {
  if (actor.kind !== 'harvester') throw new Error(`${actor.name} is no harvester`);
  return actor;
}
