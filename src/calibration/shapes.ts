// The plans that a calibration plays: two kinds of dialogue, without round trips and retries.
import type { Plan } from '../plan/plan.ts';
import type { Actor, Rate } from '../scenario/scenario.ts';
import { steadyPlan, stormPlan } from './load-plan.ts';

/** A bounce that is refused at RCPT, or a message of 4 KB that is taken. */
export type Shape = 'rejected' | 'accepted';

const MINUTE_MS = 60_000;
/** More than any generator plays, so that one is always due. */
const ENDLESS: Rate = { shape: 'constant', perSecond: 1e6 };
/** Many enough that no port of any of them is used again while it may still be in TIME_WAIT. */
const SOURCES = 20_000;
const PACED_AT_ONCE = 1000;
/** How long sessions may take that are still open when a load ends. */
const DRAIN_MS = 300;

export function saturating(shape: Shape, atOnce: number): Plan {
  return planOf({ ...actorOf(shape), rate: ENDLESS, concurrency: atOnce }, 0, MINUTE_MS);
}

export interface Pace {
  readonly perSecond: number;
  /** What is due in it counts as warm-up, the rest as recovery. */
  readonly warmMs: number;
  readonly measuredMs: number;
  /** Where absent, few enough that a machine that falls behind soon recovers. */
  readonly atOnce?: number;
}

/** Open loop. */
export function paced(shape: Shape, pace: Pace): Plan {
  const rate: Rate = { shape: 'constant', perSecond: pace.perSecond };
  const concurrency = pace.atOnce ?? PACED_AT_ONCE;
  return planOf(
    { ...actorOf(shape), rate, concurrency },
    pace.warmMs,
    pace.warmMs + pace.measuredMs,
  );
}

/** So many sessions at once, the first of them a while before the others. */
export function held(first: number, all: number): Plan {
  const atMs = Array.from({ length: all }, (_, i) => (i < first ? i / 10 : 1000 + i / 10));
  const actor = { ...writer(), rate: { shape: 'trace', atMs } as const, concurrency: all };
  return planOf(actor, 0, MINUTE_MS);
}

function actorOf(shape: Shape): Actor {
  return shape === 'accepted' ? writer() : bouncer();
}

function writer(): Actor {
  const [legit] = steadyPlan({ perSecond: 1, seconds: 1 }).actors;
  if (!legit) throw new Error('a plan without an actor');
  return legit.actor;
}

function bouncer(): Actor {
  const { actor } = stormPlan(1).planned;
  if (actor.kind !== 'bouncer') throw new Error('a storm without bouncers');
  // One dialect, or the messages of all would be built first.
  return { ...actor, dialects: { postfix: 1 }, retry: 'none' };
}

function planOf(actor: Actor, warmMs: number, endMs: number): Plan {
  const plan = steadyPlan({ perSecond: 1, seconds: endMs / 1000 });
  return {
    ...plan,
    spans: {
      calmMs: warmMs,
      stormMs: warmMs,
      recoveryMs: warmMs,
      endMs,
      deadlineMs: endMs + DRAIN_MS,
    },
    world: { ...plan.world, sources: SOURCES },
    actors: [{ actor, index: 0, fromMs: 0, toMs: endMs, hosts: { first: 0, count: SOURCES } }],
  };
}
