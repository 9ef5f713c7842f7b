// The bouncer: a mail server that took the forged spam first and returns it now. Each host is of one
// system (its dialect) and stays so; every session brings one bounce to the victim.

import { hostName } from '../plan/host-name.ts';
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { type BouncerActor, DIALECT_NAMES, type DialectName } from '../scenario/scenario.ts';
import { type ActorKind, type Dialect, HOST_LIMIT, type Material, type Sender } from './actor.ts';
import { buildBouncePool } from './bounce-pool.ts';
import { DIALECTS } from './dialects/registry.ts';
import { mixOver } from './draw.ts';
import { formLetter } from './form-letter.ts';
import { type Letter, makeLetters } from './letters.ts';
import { chosenRetries } from './retry-schedule.ts';
import { roamingHost } from './roaming.ts';

/**
 * Messages built ahead per dialect: of fifty equal shares the last one has its middle at the 99th
 * percentile of the sizes.
 */
const POOL = 50;
const DIALECT_STREAM = 4230;
const LETTER_STREAM = 4231;
const EMPTY_STREAM = 4232;
/** DATA and at once the final dot. */
const EMPTY: Letter = { message: [] };

export const bouncer: ActorKind = {
  answersForgeries: true,

  async prepare(plan, planned) {
    const actor = bouncerOf(planned);
    const material: Record<string, readonly Uint8Array[]> = {};
    for (const name of DIALECT_NAMES) {
      if (!actor.dialects[name]) continue;
      material[name] = await buildBouncePool(DIALECTS[name], {
        victim: plan.world.victim,
        seed: plan.seed,
        count: POOL,
        date: MESSAGE_DATE,
      });
    }
    return material;
  },

  sender(plan, planned, material): Sender {
    const actor = bouncerOf(planned);
    const dialectOf = dialectPicker(plan, planned, actor);
    const recipients = [plan.world.victim];
    const letterOf = letterPicker(plan, actor, material);
    const schedules = Object.fromEntries(
      DIALECT_NAMES.map((name) => [name, chosenRetries(actor.retry, DIALECTS[name].retry)]),
    );
    return {
      script(session) {
        const dialect: Dialect = DIALECTS[dialectOf(session)];
        const { greeting, pipelining, starttls = false, quit } = dialect.habit;
        const helo = hostName(plan.seed, session.host);
        const reversePath = dialect.reversePath?.(helo) ?? '';
        const { message, chunk, eightBit = false } = letterOf(session, dialect.name, helo);
        // Field by field: spread objects would cost as much as all the rest.
        return {
          helo,
          greeting,
          pipelining,
          starttls,
          quit,
          reversePath,
          recipients,
          message,
          chunk,
          eightBit,
        };
      },
      hostLimit: (session) => DIALECTS[dialectOf(session)].habit.concurrency ?? HOST_LIMIT,
      retrySchedule: (session) => schedules[dialectOf(session)],
      addressHost: (session, attempt) =>
        roamingHost(plan, planned, DIALECTS[dialectOf(session)], session.host, attempt),
      label: dialectOf,
    };
  },
};

function bouncerOf({ actor }: PlannedActor): BouncerActor {
  if (actor.kind !== 'bouncer') throw new Error(`${actor.name} is no bouncer`);
  return actor;
}

/** By the host, not by the session: the same host behaves the same way every time. */
function dialectPicker(
  plan: Plan,
  { hosts }: PlannedActor,
  actor: BouncerActor,
): (session: Pick<PlannedSession, 'host'>) => DialectName {
  const at = mixOver(DIALECT_NAMES, actor.dialects, hosts, (host) =>
    uniform(plan.seed, DIALECT_STREAM, host),
  );
  return ({ host }) => at(host);
}

type LetterPicker = (session: PlannedSession, dialect: DialectName, host: string) => Letter;

/**
 * By the session: every size comes as often as its share, though few hosts send most. The message is the
 * same in every attempt, and names the host that sends it.
 */
function letterPicker({ seed }: Plan, actor: BouncerActor, material: Material): LetterPicker {
  const pools = Object.fromEntries(
    DIALECT_NAMES.map((name) => [
      name,
      makeLetters(material[name] ?? [], DIALECTS[name].habit).map(formLetter),
    ]),
  );
  return ({ actor: stream, index }, dialect, host) => {
    if (uniform(seed, EMPTY_STREAM, index, stream) < actor.emptyData) return EMPTY;
    const pool = pools[dialect] ?? [];
    const letter = pool[Math.floor(uniform(seed, LETTER_STREAM, index, stream) * pool.length)];
    if (!letter) throw new Error(`no messages were built for ${dialect}`);
    return letter(host);
  };
}
