// Legitimate mail: the correspondents of the domain. Every message carries an id in its Message-ID, by
// which the ledger follows it to the sink; a temporary failure is tried again as a real MTA does.

import { makeMailboxes } from '../plan/mailboxes.ts';
import { ledgerId, MESSAGE_DATE, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { DIALECT_NAMES, type DialectName, type LegitActor } from '../scenario/scenario.ts';
import type { Script } from '../smtp/script.ts';
import { type ActorKind, HOST_LIMIT, type Sender, type SessionHabit } from './actor.ts';
import { DIALECTS } from './dialects/registry.ts';
import { weighted } from './draw.ts';
import { type FormLetter, formLetter } from './form-letter.ts';
import { bounceRecipients, buildGenuineBounces } from './genuine-bounces.ts';
import { hostName, mailDomain } from './host-name.ts';
import { buildLegitPool, legitEntry, messageIdLine } from './legit-pool.ts';
import { type Letter, letterAt, makeLetters } from './letters.ts';
import { makeReaders } from './readers.ts';
import { chosenRetries } from './retry-schedule.ts';
import { roamingHost } from './roaming.ts';

const POOL = 64;
const STREAM = 4240;
const LANE = { writer: 1, bounce: 4, system: 5 } as const;
/** Distinct people who write at each host. */
const WRITERS_PER_HOST = 3;

export const legit: ActorKind = {
  async prepare(plan, planned) {
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const actor = legitOf(planned);
    return {
      bodies: await buildLegitPool({
        seed,
        size: actor.size,
        recipients: mailboxes,
        count: POOL,
        date: MESSAGE_DATE,
      }),
      bounces: actor.bounces > 0 ? await buildGenuineBounces(plan) : [],
    };
  },

  sender(plan, planned, material): Sender {
    const actor = legitOf(planned);
    const { seed } = plan;
    const stream = STREAM + planned.index;
    const systemOf = systemPicker(seed, actor);
    const readersOf = makeReaders(plan, planned.index, actor);
    const bodies = makeLetters(material['bodies'] ?? [], { chunking: true });
    const bounces = makeLetters(material['bounces'] ?? [], { chunking: true }).map(formLetter);
    const bounced = bounceRecipients(plan);
    const isBounce = ({ index }: PlannedSession): boolean =>
      uniform(seed, stream, index, LANE.bounce) < actor.bounces;
    const writerOf = ({ index }: PlannedSession): number =>
      Math.floor(uniform(seed, stream, index, LANE.writer) * WRITERS_PER_HOST);
    return {
      script(session) {
        const { index, host } = session;
        const { habit } = DIALECTS[systemOf(session)];
        const helo = hostName(seed, host);
        const idLine = messageIdLine(ledgerId(session.actor, index), helo);
        if (isBounce(session)) {
          const letter = headed(idLine, bounceAt(bounces, index)(helo), habit);
          return mail(habit, helo, '', [bounced[index % bounces.length] ?? ''], 0, letter);
        }
        const writer = writerOf(session);
        const { recipients, dead } = readersOf(session, writer);
        const letter = letterAt(bodies, legitEntry(bodies.length, seed, index));
        const path = `writer${writer}@${mailDomain(helo)}`;
        return mail(habit, helo, path, recipients, dead, headed(idLine, letter, habit));
      },
      hostLimit: (session) => DIALECTS[systemOf(session)].habit.concurrency ?? HOST_LIMIT,
      addressHost: (session, attempt) =>
        roamingHost(plan, DIALECTS[systemOf(session)], session.host, attempt),
      retrySchedule: (session) => chosenRetries(actor.retry, DIALECTS[systemOf(session)].retry),
      label: (session) => (isBounce(session) ? 'bounce' : systemOf(session)),
    };
  },
};

/** Field by field: spread objects would cost as much as all the rest. */
function mail(
  { greeting, pipelining, starttls = false, quit }: SessionHabit,
  helo: string,
  reversePath: string,
  recipients: readonly string[],
  dead: number,
  { message, chunk, eightBit = false }: Letter,
): Script {
  return {
    helo,
    greeting,
    pipelining,
    starttls,
    quit,
    reversePath,
    recipients,
    dead,
    message,
    chunk,
    eightBit,
  };
}

/** A letter with the ledger's line in front, as the host's system sends it. */
function headed(
  idLine: string,
  { message = [], chunk = [], eightBit = false }: Letter,
  habit: SessionHabit,
): Letter {
  const head = Buffer.from(idLine, 'latin1');
  return {
    message: [head, ...message],
    chunk: habit.chunking ? [head, ...chunk] : undefined,
    eightBit: eightBit || habit.eightBitMime === 'always',
  };
}

function bounceAt(bounces: readonly FormLetter[], index: number): FormLetter {
  const bounce = bounces[index % bounces.length];
  if (!bounce) throw new Error('no bounces were built');
  return bounce;
}

function legitOf({ actor }: PlannedActor): LegitActor {
  if (actor.kind !== 'legit') throw new Error(`${actor.name} is no legitimate sender`);
  return actor;
}

/** By the host: it is of one system for good. */
function systemPicker(
  seed: number,
  { systems }: LegitActor,
): (session: Pick<PlannedSession, 'host'>) => DialectName {
  const at = weighted(DIALECT_NAMES, systems);
  return ({ host }) => at(uniform(seed, STREAM, host, LANE.system));
}
