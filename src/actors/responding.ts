// What the kinds that answer spam by a machine have in common: each host is of one system and stays so,
// every session is the answer of one of its correspondents, and nobody is answered more often than the
// system's own rule allows.

import { hostName } from '../plan/host-name.ts';
import { MESSAGE_DATE, type Plan, type PlannedActor, type PlannedSession } from '../plan/plan.ts';
import { uniform } from '../plan/random.ts';
import type { ResponderName, RespondingActor } from '../scenario/scenario.ts';
import { type ActorKind, HOST_LIMIT, type Material, type Sender } from './actor.ts';
import { type AnswerPoolOptions, buildAnswerPool } from './answer-pool.ts';
import { mixOver } from './draw.ts';
import { type FormLetter, formLetter } from './form-letter.ts';
import { makeLetters } from './letters.ts';
import { RESPONDERS } from './responders/registry.ts';
import type { Responder } from './responders/responder.ts';
import { chosenRetries } from './retry-schedule.ts';

const SYSTEM_STREAM = 4500;
const CORRESPONDENT_STREAM = 4600;

/** What tells one such kind from another. */
export interface RespondingManner {
  readonly kind: RespondingActor['kind'];
  readonly systems: readonly ResponderName[];
  /** Who answers, and how many of them each host has. */
  readonly correspondent: AnswerPoolOptions['correspondent'];
  readonly correspondents: number;
  /** Answers that one correspondent gives to one address in a time of campaign milliseconds. */
  readonly quota: { readonly limit: number; readonly periodMs: number };
}

export function respondingKind(manner: RespondingManner): ActorKind {
  return {
    answersForgeries: true,

    async prepare(plan, planned) {
      const { systems } = actorOf(manner, planned);
      const material: Record<string, readonly Uint8Array[]> = {};
      for (const name of manner.systems) {
        if (!systems[name]) continue;
        material[name] = await buildAnswerPool(RESPONDERS[name], {
          victim: plan.world.victim,
          seed: plan.seed,
          count: manner.correspondents,
          correspondent: manner.correspondent,
          date: MESSAGE_DATE,
        });
      }
      return material;
    },
    sender: (plan, planned, material) => makeSender(manner, plan, planned, material),
  };
}

function actorOf({ kind }: RespondingManner, { actor }: PlannedActor) {
  if (actor.kind !== kind || !('systems' in actor)) throw new Error(`${actor.name} is no ${kind}`);
  return { ...actor, systems: actor.systems as Readonly<Partial<Record<ResponderName, number>>> };
}

function makeSender(
  manner: RespondingManner,
  plan: Plan,
  planned: PlannedActor,
  material: Material,
): Sender {
  const actor = actorOf(manner, planned);
  const { seed, world } = plan;
  const recipients = [world.victim];
  const at = mixOver(manner.systems, actor.systems, planned.hosts, (host) =>
    uniform(seed, SYSTEM_STREAM, host),
  );
  const system = ({ host }: Pick<PlannedSession, 'host'>): Responder => RESPONDERS[at(host)];
  const who = ({ index }: PlannedSession): number =>
    Math.floor(uniform(seed, CORRESPONDENT_STREAM + planned.index, index) * manner.correspondents);
  const letters = lettersOf(manner, material);
  const quota = {
    limit: manner.quota.limit,
    from: 'start',
    periodMs: () => manner.quota.periodMs,
  } as const;
  return {
    script(session) {
      const { name, habit, reversePath } = system(session);
      const helo = hostName(seed, session.host);
      const number = who(session);
      const letter = letters.get(name)?.[number];
      if (!letter) throw new Error(`no messages were built for ${name}`);
      const { message, chunk, eightBit } = letter(helo);
      // Named one by one: spreading them costs more than all the rest.
      return {
        helo,
        greeting: habit.greeting,
        pipelining: habit.pipelining,
        starttls: habit.starttls ?? false,
        quit: habit.quit,
        reversePath: reversePath(manner.correspondent(helo, number)),
        recipients,
        message,
        chunk,
        eightBit,
      };
    },
    hostLimit: (session) => system(session).habit.concurrency ?? HOST_LIMIT,
    retrySchedule: (session) => chosenRetries(actor.retry, system(session).retry),
    label: (session) => system(session).name,
    // An answer counts from when it is written, whatever becomes of it.
    quota: (session) => ({ key: who(session), ...quota }),
  };
}

function lettersOf(
  { systems }: RespondingManner,
  material: Material,
): ReadonlyMap<ResponderName, readonly FormLetter[]> {
  return new Map(
    systems.map((name) => [
      name,
      makeLetters(material[name] ?? [], RESPONDERS[name].habit).map(formLetter),
    ]),
  );
}
