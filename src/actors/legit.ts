// Legitimate mail: the correspondents of the domain. Every message carries an id in its Message-ID, by
// which the ledger follows it to the sink; a temporary failure is tried again as a real MTA does.

import { hostName, mailDomain } from '../plan/host-name.ts';
import { makeMailboxes } from '../plan/mailboxes.ts';
import { ledgerId, MESSAGE_DATE, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { DIALECT_NAMES, type DialectName, type LegitActor } from '../scenario/scenario.ts';
import type { Script } from '../smtp/script.ts';
import { type ActorKind, HOST_LIMIT, type Sender, type SessionHabit } from './actor.ts';
import { DIALECTS } from './dialects/registry.ts';
import { mixOver } from './draw.ts';
import { buildGenuineBounces, genuineBounces } from './genuine-bounces.ts';
import { buildLegitPool, legitEntry, messageIdLine } from './legit-pool.ts';
import { type Letter, letterAt, makeLetters } from './letters.ts';
import { makeReaders } from './readers.ts';
import { chosenRetries } from './retry-schedule.ts';
import { roamingHost } from './roaming.ts';

const POOL = 64;
const STREAM = 5000;
const SYSTEM_STREAM = 4240;
const LANE = { writer: 1, bounce: 4 } as const;
/** Distinct people who write at each host. */
const WRITERS_PER_HOST = 3;

export const legit: ActorKind = {
  answersForgeries: false,

  async prepare(plan, planned) {
    const { seed, world } = plan;
    const mailboxes = makeMailboxes(seed, world.mailboxes, world.domain);
    const actor = legitOf(planned);
    const systems = DIALECT_NAMES.filter((name) => actor.systems[name]);
    return {
      ...(actor.bounces > 0 ? await buildGenuineBounces(plan, systems) : {}),
      bodies: await buildLegitPool({
        seed,
        size: actor.size,
        recipients: mailboxes,
        count: POOL,
        date: MESSAGE_DATE,
      }),
    };
  },

  sender(plan, planned, material): Sender {
    const actor = legitOf(planned);
    const { seed } = plan;
    const stream = STREAM + planned.index;
    // By the host: it is of one system for good.
    const systemAt = mixOver(DIALECT_NAMES, actor.systems, planned.hosts, (host) =>
      uniform(seed, SYSTEM_STREAM, host),
    );
    const systemOf = ({ host }: Pick<PlannedSession, 'host'>): DialectName => systemAt(host);
    const readersOf = makeReaders(plan, planned.index, actor);
    const bodies = makeLetters(material['bodies'] ?? [], { chunking: true });
    const bounceOf = genuineBounces(plan, material);
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
          const { recipient, letter } = bounceOf(systemOf(session), index);
          return mail(habit, helo, '', [recipient], 0, headed(idLine, letter(helo), habit));
        }
        const writer = writerOf(session);
        const { recipients, dead } = readersOf(session, writer);
        const letter = letterAt(bodies, legitEntry(bodies.length, seed, index));
        const path = `writer${writer}@${mailDomain(helo)}`;
        return mail(habit, helo, path, recipients, dead, headed(idLine, letter, habit));
      },
      hostLimit: (session) => DIALECTS[systemOf(session)].habit.concurrency ?? HOST_LIMIT,
      addressHost: (session, attempt) =>
        roamingHost(plan, planned, DIALECTS[systemOf(session)], session.host, attempt),
      retrySchedule: (session) => {
        const { retry, mailRetry = retry } = DIALECTS[systemOf(session)];
        return chosenRetries(actor.retry, mailRetry);
      },
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

function legitOf({ actor }: PlannedActor): LegitActor {
  if (actor.kind !== 'legit') throw new Error(`${actor.name} is no legitimate sender`);
  return actor;
}
