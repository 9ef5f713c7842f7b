// One actor of any kind as a worker has it: its sender, and sessions to ask it about.
import type { ActorKind, Sender } from '../../src/actors/actor.ts';
import { ACTOR_KINDS } from '../../src/actors/registry.ts';
import {
  makePlan,
  type Plan,
  type PlannedActor,
  type PlannedSession,
  sessionsOf,
} from '../../src/plan/plan.ts';
import type { Actor } from '../../src/scenario/scenario.ts';
import { smallScenario } from '../plan/small-scenario.ts';

const SESSIONS = 4000;

/** What all kinds have. */
export const COMMON = {
  name: 'actor',
  rate: { shape: 'constant', perSecond: 10 },
  concurrency: 100,
  patienceMs: 1000,
  retry: 'native',
} as const;

export interface Asked {
  readonly plan: Plan;
  readonly sender: Sender;
  readonly sessions: readonly PlannedSession[];
  session(host: number, index?: number): PlannedSession;
}

/** The first sessions of an actor, however long they take: from hosts of which few send most. */
export function firstSessions(plan: Plan, planned: PlannedActor, count: number): PlannedSession[] {
  const sessions: PlannedSession[] = [];
  for (const session of sessionsOf(plan, { ...planned, toMs: Number.POSITIVE_INFINITY })) {
    if (sessions.push(session) === count) break;
  }
  return sessions;
}

export async function ask(actor: Actor): Promise<Asked> {
  const plan = makePlan({ ...smallScenario(), actors: [actor] });
  const [planned] = plan.actors;
  if (!planned) throw new Error('nothing was planned');
  const kind: ActorKind = ACTOR_KINDS[actor.kind];
  const material = await kind.prepare(plan, planned);
  return {
    plan,
    sessions: firstSessions(plan, planned, SESSIONS),
    sender: kind.sender(plan, planned, material),
    session: (host, index = host) => ({ actor: 0, index, intendedMs: 0, host }),
  };
}

/** The share of 0, 1, … count − 1 for which something holds. */
export function shareOf(count: number, holds: (n: number) => boolean): number {
  let held = 0;
  for (let n = 0; n < count; n += 1) if (holds(n)) held += 1;
  return held / count;
}

/** The share of some sessions for which something holds. */
export function shareIn(
  sessions: readonly PlannedSession[],
  holds: (session: PlannedSession) => boolean,
): number {
  return sessions.filter(holds).length / sessions.length;
}
