// The bouncer: a mail server that took the forged spam first and returns it now. Each host is of one
// system (its dialect) and stays so; every session brings one bounce to the victim.
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import { type BouncerActor, DIALECT_NAMES, type DialectName } from '../scenario/scenario.ts';
import {
  type ActorKind,
  type Dialect,
  HOST_LIMIT,
  type Material,
  type RetrySchedule,
  type Sender,
} from './actor.ts';
import { buildBouncePool } from './bounce-pool.ts';
import { DIALECTS } from './dialects/registry.ts';
import { weighted } from './draw.ts';
import { hostName } from './host-name.ts';
import { type Letter, letterAt, makeLetters } from './letters.ts';
import { fixedGaps } from './retry-schedule.ts';

/** Messages built ahead per dialect: enough for the sizes' distribution, little memory. */
const POOL = 48;
const DIALECT_STREAM = 4230;

export const bouncer: ActorKind = {
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
    const dialectOf = dialectPicker(plan, actor);
    const recipients = [plan.world.victim];
    const schedule = scheduleOf(actor);
    const letters = lettersOf(material);
    return {
      script(session) {
        const dialect: Dialect = DIALECTS[dialectOf(session)];
        const helo = hostName(plan.seed, session.host);
        return {
          ...dialect.habit,
          helo,
          reversePath: dialect.reversePath?.(helo) ?? '',
          recipients,
          ...letterOf(letters, dialect.name, session.host),
        };
      },
      hostLimit: (session) => DIALECTS[dialectOf(session)].habit.concurrency ?? HOST_LIMIT,
      retrySchedule: (session) => schedule(dialectOf(session)),
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
  actor: BouncerActor,
): (session: Pick<PlannedSession, 'host'>) => DialectName {
  const at = weighted(DIALECT_NAMES, actor.dialects);
  return ({ host }) => at(uniform(plan.seed, DIALECT_STREAM, host));
}

function scheduleOf(actor: BouncerActor): (dialect: DialectName) => RetrySchedule | undefined {
  const { retry } = actor;
  if (retry === 'none') return () => undefined;
  if (retry === 'native') return (dialect) => DIALECTS[dialect].retry;
  const own = fixedGaps(retry.gapsMs);
  return () => own;
}

type Letters = Readonly<Record<string, readonly Letter[]>>;

function lettersOf(material: Material): Letters {
  return Object.fromEntries(
    DIALECT_NAMES.map((name) => [name, makeLetters(material[name] ?? [], DIALECTS[name].habit)]),
  );
}

function letterOf(letters: Letters, dialect: DialectName, host: number): Letter {
  return letterAt(letters[dialect] ?? [], host);
}
