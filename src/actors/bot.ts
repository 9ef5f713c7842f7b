// The bot: an infected machine that sends spam by a program which only looks like a mail server. Each
// bot has its faults for good; greylisting lives on how it comes back, or doesn't.

import { hostName } from '../plan/host-name.ts';
import { makeMailboxes } from '../plan/mailboxes.ts';
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { type Random, randomStream, uniform } from '../plan/random.ts';
import type { BotActor } from '../scenario/scenario.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { type ActorKind, HOST_LIMIT } from './actor.ts';
import { type BotNature, botNatures } from './bot-nature.ts';
import { bouncingRecipient } from './bouncing-recipient.ts';
import { characters, documentationAddress, HEX, integer, pick } from './draw.ts';
import { letterAt, makeLetters } from './letters.ts';
import { forgeOriginal } from './original.ts';
import { chosenRetries } from './retry-schedule.ts';

const POOL = 32;
const SPAM_STREAM = 4261;
const HELO_STREAM = 4262;
const NATURE_STREAM = 4263;
/** And the actor's index. */
const SESSION_STREAM = 5200;

export const bot: ActorKind = {
  answersForgeries: false,

  async prepare(plan) {
    return { spam: Array.from({ length: POOL }, (_, i) => spam(plan, i)) };
  },

  sender(plan, planned, material) {
    const actor = botOf(planned);
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const letters = makeLetters(material['spam'] ?? [], {});
    const natureAt = botNatures(actor, planned.hosts, (host, purpose) =>
      uniform(seed, NATURE_STREAM, host, purpose),
    );
    const natureOf = ({ host }: PlannedSession): BotNature => natureAt(host);
    const recipient = (random: Random): string =>
      random() < actor.known
        ? (mailboxes[Math.floor(random() * mailboxes.length)] ?? world.victim)
        : bouncingRecipient(`mx.${world.domain}`, random);
    return {
      script(session, attempt) {
        const { has, retries } = natureOf(session);
        const random = randomStream(seed, SESSION_STREAM + planned.index, session.index);
        const to = recipient(random);
        // Another message each time is another sender, too: a greylist never sees one twice.
        const newSender = actor.retry === 'native' && retries.newSender;
        if (newSender) for (let i = 0; i < attempt; i += 1) random();
        const { message, eightBit = false } = letterAt(letters, session.index + attempt);
        return {
          helo: has.wrongHelo ? wrongName(plan, session.host) : hostName(seed, session.host),
          greeting: 'EHLO',
          pipelining: has.pipelining ? 'unasked' : false,
          pregreets: has.pregreet,
          heedless: has.heedless,
          quit: has.quit ? 'wait' : 'none',
          opening: has.garbage ? openingOf(plan, session.host) : '',
          reversePath: bouncingRecipient(hostName(seed, integer(random, 0, 1e6)), random),
          recipients: [to],
          message,
          eightBit,
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: (session) => chosenRetries(actor.retry, natureOf(session).retries.schedule),
      label(session) {
        const { has } = natureOf(session);
        if (has.garbage) return 'garbage';
        const faults = (['pregreet', 'pipelining'] as const).filter((fault) => has[fault]);
        return faults.join('-') || 'in-step';
      },
    };
  },
};

function botOf({ actor }: PlannedActor): BotActor {
  if (actor.kind !== 'bot') throw new Error(`${actor.name} is no bot`);
  return actor;
}

function spam({ seed, world }: Plan, index: number): Uint8Array {
  const random = randomStream(seed, SPAM_STREAM, index);
  const recipient = bouncingRecipient(`mx.${world.domain}`, random);
  const victim = bouncingRecipient(hostName(seed, integer(random, 0, 1e6)), random);
  const facts = { victim, recipient, date: MESSAGE_DATE, bodyBytes: integer(random, 400, 6000) };
  const { headers, body } = forgeOriginal(facts, random);
  return dotStuff(Buffer.from(`${headers}\r\n${body}`, 'latin1'));
}

/** What bots greet with in place of a name of theirs: the server's own domain, no name, a bare address. */
function wrongName({ seed, world }: Plan, host: number): string {
  const random = randomStream(seed, HELO_STREAM, host);
  return pick(random, [
    world.domain,
    'localhost',
    `PC-${characters(random, HEX, 6)}`,
    documentationAddress(random),
    `dyn-${documentationAddress(random).replaceAll('.', '-')}.dialup.invalid`,
  ]);
}

/** Programs that take any open port for a web proxy, or that send the message before the dialogue. */
function openingOf({ world }: Plan, host: number): string {
  return host % 2 === 0
    ? `CONNECT mx.${world.domain}:25 HTTP/1.0\r\n\r\n`
    : `Subject: hello\r\nFrom: <${world.victim}>\r\n`;
}
