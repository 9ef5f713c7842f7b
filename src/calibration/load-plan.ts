// Loads that measure the generator itself: as many sessions as told, as fast as a number at once
// allows, or so many a second. No plan grows with its sessions.
import type { ActorKind, Material } from '../actors/actor.ts';
import { ACTOR_KINDS } from '../actors/registry.ts';
import type { Plan, PlannedActor } from '../plan/plan.ts';
import { type BouncerActor, DIALECT_NAMES, type LegitActor } from '../scenario/scenario.ts';

const DAY_MS = 86_400_000;

export interface LoadShape {
  readonly sessions: number;
  readonly atOnce: number;
  readonly messageBytes: number;
}

/** Sessions a second that are due: all of a bench within milliseconds, so that the in-flight limit paces. */
const AT_ONCE_RATE = 1e9;

/** Legitimate mail, every message in the ledger. */
export function benchPlan({ sessions, atOnce, messageBytes }: LoadShape): Plan {
  const load: Load = {
    rate: { shape: 'constant', perSecond: AT_ONCE_RATE },
    concurrency: atOnce,
    size: { bytes: messageBytes },
  };
  return planOf(load, DAY_MS, untilMs(sessions));
}

/** Bounces that nobody sends again: counted, not kept. */
export function attackPlan({ sessions, atOnce }: Omit<LoadShape, 'messageBytes'>): Plan {
  const base = steadyPlan({ perSecond: 1, seconds: DAY_MS / 1000 });
  const actor: BouncerActor = {
    name: 'bench',
    kind: 'bouncer',
    rate: { shape: 'constant', perSecond: AT_ONCE_RATE },
    dialects: { postfix: 1 },
    emptyData: 0,
    concurrency: atOnce,
    patienceMs: 60_000,
    retry: 'none',
  };
  const hosts = { first: 0, count: base.world.sources };
  return { ...base, actors: [{ actor, index: 0, fromMs: 0, toMs: untilMs(sessions), hosts }] };
}

/** When so many sessions have come due. */
function untilMs(sessions: number): number {
  return ((sessions - 0.5) / AT_ONCE_RATE) * 1000;
}

/** Open loop: so many a second, whatever becomes of them. */
export function steadyPlan(load: { readonly perSecond: number; readonly seconds: number }): Plan {
  return planOf(
    {
      rate: { shape: 'constant', perSecond: load.perSecond },
      concurrency: 10_000,
      size: { bytes: 4096 },
    },
    load.seconds * 1000,
  );
}

/** A storm of bouncers of every dialect, without end. */
export function stormPlan(sources: number): {
  readonly plan: Plan;
  readonly planned: PlannedActor;
} {
  const base = steadyPlan({ perSecond: 1, seconds: DAY_MS / 1000 });
  const actor: BouncerActor = {
    name: 'bench',
    kind: 'bouncer',
    rate: { shape: 'poisson', perSecond: 1000 },
    dialects: Object.fromEntries(DIALECT_NAMES.map((name) => [name, 1])),
    emptyData: 0,
    concurrency: 5000,
    patienceMs: 30_000,
    retry: 'native',
  };
  const hosts = { first: 0, count: sources };
  const planned = { actor, index: 0, fromMs: 0, toMs: DAY_MS, hosts };
  const world = { ...base.world, sources, roundTrip: { medianMs: 80, p99Ms: 400 } };
  return { plan: { ...base, world, actors: [planned] }, planned };
}

type Load = Pick<LegitActor, 'rate' | 'concurrency' | 'size'>;

function planOf(load: Load, endMs: number, toMs = endMs): Plan {
  const actor: LegitActor = {
    ...load,
    name: 'bench',
    kind: 'legit',
    patienceMs: 60_000,
    retry: 'none',
    // The simplest of mail: what is measured is the engine.
    systems: { postfix: 1 },
    several: 0,
    lists: 0,
    deadUsers: 0,
    bounces: 0,
  };
  return {
    seed: 1,
    compress: 1,
    spans: { calmMs: 0, stormMs: 0, recoveryMs: endMs, endMs, deadlineMs: endMs + 10_000 },
    world: {
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      victimExists: false,
      mailboxes: 100,
      sources: 20_000,
    },
    actors: [{ actor, index: 0, fromMs: 0, toMs, hosts: { first: 20_000, count: 300 } }],
  };
}

export function prepareAll(plan: Plan): Promise<Material[]> {
  return Promise.all(
    plan.actors.map((planned) => {
      const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
      return kind.prepare(plan, planned);
    }),
  );
}
