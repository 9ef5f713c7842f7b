// The bot: an infected machine that sends spam by a program which only looks like a mail server. Each
// bot has its faults for good; greylisting lives on how it comes back, or doesn't.
import { makeMailboxes } from '../plan/mailboxes.ts';
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { type Random, randomStream, uniform } from '../plan/random.ts';
import type { BotActor } from '../scenario/scenario.ts';
import { dotStuff } from '../smtp/dot-stuffing.ts';
import { type ActorKind, HOST_LIMIT } from './actor.ts';
import { BOT_RETRIES, type BotRetries } from './bot-retries.ts';
import { characters, documentationAddress, HEX, integer, pick } from './draw.ts';
import { bouncingRecipient, hostName } from './host-name.ts';
import { letterAt, makeLetters } from './letters.ts';
import { forgeOriginal } from './original.ts';
import { chosenRetries } from './retry-schedule.ts';

const POOL = 32;
const STREAM = 4260;
const LANE = {
  pregreet: 1,
  quit: 2,
  pipelining: 3,
  heedless: 4,
  helo: 5,
  garbage: 6,
  retries: 7,
} as const;

export const bot: ActorKind = {
  async prepare(plan) {
    return { spam: Array.from({ length: POOL }, (_, i) => spam(plan, i)) };
  },

  sender(plan, planned, material) {
    const actor = botOf(planned);
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const letters = makeLetters(material['spam'] ?? [], {});
    const trait = ({ host }: Host, lane: number): number => uniform(seed, STREAM, host, lane);
    const has = (session: Host, what: 'pregreet' | 'quit' | 'pipelining' | 'heedless'): boolean =>
      trait(session, LANE[what]) < actor[what];
    const recipient = (random: Random): string =>
      random() < actor.known
        ? (mailboxes[Math.floor(random() * mailboxes.length)] ?? world.victim)
        : bouncingRecipient(`mx.${world.domain}`, random);
    const retriesOf = retryPicker(actor, trait);
    return {
      script(session, attempt) {
        const random = randomStream(seed, STREAM + 8 + planned.index, session.index);
        const to = recipient(random);
        // Another message each time is another sender, too: a greylist never sees one twice.
        if (retriesOf(session)?.newSender) for (let i = 0; i < attempt; i += 1) random();
        return {
          helo: heloOf(session, { plan, actor, trait }),
          greeting: 'EHLO',
          pipelining: has(session, 'pipelining') ? 'unasked' : false,
          pregreets: has(session, 'pregreet'),
          heedless: has(session, 'heedless'),
          quit: has(session, 'quit') ? 'wait' : 'none',
          opening: openingOf(session, { plan, actor, trait }),
          reversePath: bouncingRecipient(hostName(seed, integer(random, 0, 1e6)), random),
          recipients: [to],
          ...letterAt(letters, session.index + attempt),
        };
      },
      hostLimit: () => HOST_LIMIT,
      retrySchedule: (session) => chosenRetries(actor.retry, retriesOf(session)?.schedule),
      label(session) {
        if (openingOf(session, { plan, actor, trait }) !== '') return 'garbage';
        const faults = (['pregreet', 'pipelining'] as const).filter((what) => has(session, what));
        return faults.join('-') || 'in-step';
      },
    };
  },
};

type Host = Pick<PlannedSession, 'host'>;

interface Nature {
  readonly plan: Plan;
  readonly actor: BotActor;
  trait(session: Host, lane: number): number;
}

function botOf({ actor }: PlannedActor): BotActor {
  if (actor.kind !== 'bot') throw new Error(`${actor.name} is no bot`);
  return actor;
}

function spam({ seed, world }: Plan, index: number): Uint8Array {
  const random = randomStream(seed, STREAM + 1, index);
  const recipient = bouncingRecipient(`mx.${world.domain}`, random);
  const victim = bouncingRecipient(hostName(seed, integer(random, 0, 1e6)), random);
  const facts = { victim, recipient, date: MESSAGE_DATE, bodyBytes: integer(random, 400, 6000) };
  const { headers, body } = forgeOriginal(facts, random);
  return dotStuff(Buffer.from(`${headers}\r\n${body}`, 'latin1'));
}

/** What bots greet with in place of a name of theirs: the server's own domain, no name, a bare address. */
function heloOf(session: Host, { plan, actor, trait }: Nature): string {
  const { host } = session;
  if (trait(session, LANE.helo) >= actor.wrongHelo) return hostName(plan.seed, host);
  const random = randomStream(plan.seed, STREAM + 2, host);
  return pick(random, [
    plan.world.domain,
    'localhost',
    `PC-${characters(random, HEX, 6)}`,
    documentationAddress(random),
    `dyn-${documentationAddress(random).replaceAll('.', '-')}.dialup.invalid`,
  ]);
}

/** Programs that take any open port for a web proxy, or that send the message before the dialogue. */
function openingOf(session: Host, { plan, actor, trait }: Nature): string {
  const share = trait(session, LANE.garbage);
  if (share >= actor.garbage) return '';
  return share < actor.garbage / 2
    ? `CONNECT mx.${plan.world.domain}:25 HTTP/1.0\r\n\r\n`
    : `Subject: hello\r\nFrom: <${plan.world.victim}>\r\n`;
}

function retryPicker(
  { retry }: BotActor,
  trait: (session: Host, lane: number) => number,
): (session: Host) => BotRetries | undefined {
  if (retry !== 'native') return () => undefined;
  return (session) => {
    let rest = trait(session, LANE.retries);
    return BOT_RETRIES.find(({ share }) => {
      rest -= share;
      return rest < 0;
    });
  };
}
