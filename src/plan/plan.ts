// The plan: what is played when, by which host. A description, not a list: session i of an actor is
// derived from seed and index alone, so every worker reads its share without the others.
import type { Actor, Phase, PhaseLengths, Scenario, World } from '../scenario/scenario.ts';
import { makePacer } from './pacer.ts';
import { normal, uniform } from './random.ts';
import { makeZipf } from './zipf.ts';

/** Plain data: it is handed to workers. All times in real ms from the run's start. */
export interface Plan {
  readonly seed: number;
  readonly compress: number;
  readonly spans: PhaseSpans;
  readonly world: World;
  readonly actors: readonly PlannedActor[];
}

export interface PlannedActor {
  readonly actor: Actor;
  readonly index: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PhaseSpans {
  readonly calmMs: number;
  readonly stormMs: number;
  readonly recoveryMs: number;
  readonly endMs: number;
  /** When sessions still in flight are cut. */
  readonly deadlineMs: number;
}

/** Legitimate mail comes from hosts of its own, numbered behind the attackers'. */
const LEGIT_HOSTS = 300;

export function makePlan(scenario: Scenario): Plan {
  const spans = phaseSpans(scenario.phases);
  return {
    seed: scenario.seed,
    compress: scenario.compress,
    spans,
    world: scenario.world,
    actors: scenario.actors.map((actor, index) =>
      actor.kind === 'legit'
        ? { actor, index, fromMs: 0, toMs: spans.endMs }
        : { actor, index, fromMs: spans.stormMs, toMs: spans.recoveryMs },
    ),
  };
}

function phaseSpans(lengths: PhaseLengths): PhaseSpans {
  const calmMs = lengths.warmupMs;
  const stormMs = calmMs + lengths.calmMs;
  const recoveryMs = stormMs + lengths.stormMs;
  const endMs = recoveryMs + lengths.recoveryMs;
  return { calmMs, stormMs, recoveryMs, endMs, deadlineMs: endMs + lengths.drainMs };
}

export function phaseAt(spans: PhaseSpans, atMs: number): Phase {
  if (atMs < spans.calmMs) return 'warmup';
  if (atMs < spans.stormMs) return 'calm';
  return atMs < spans.recoveryMs ? 'storm' : 'recovery';
}

/** One planned session; what it says is the actor's business, derived from seed, index and host. */
export interface PlannedSession {
  readonly actor: number;
  readonly index: number;
  readonly intendedMs: number;
  readonly host: number;
}

const LANE = { pacer: 1, host: 2, roundTrip: 3 } as const;

function stream(actorIndex: number, lane: number): number {
  return 1000 + actorIndex * 16 + lane;
}

/** The sessions of one actor in the order of their intended start. */
export function* sessionsOf(plan: Plan, planned: PlannedActor): Generator<PlannedSession> {
  const { actor, index: actorIndex, fromMs, toMs } = planned;
  const pace = makePacer(actor.rate, plan.seed, stream(actorIndex, LANE.pacer));
  const pickHost = hostPicker(plan, planned);
  let previousMs = 0;
  for (let index = 0; ; index += 1) {
    const sinceStart = pace(index, previousMs);
    if (sinceStart === undefined || fromMs + sinceStart >= toMs) return;
    previousMs = sinceStart;
    yield { actor: actorIndex, index, intendedMs: fromMs + sinceStart, host: pickHost(index) };
  }
}

function hostPicker(plan: Plan, { actor, index: actorIndex }: PlannedActor): (i: number) => number {
  const { sources } = plan.world;
  const first = actor.kind === 'legit' ? sources : 0;
  const zipf = makeZipf(actor.kind === 'legit' ? LEGIT_HOSTS : sources);
  const hostStream = stream(actorIndex, LANE.host);
  return (index) => first + zipf(uniform(plan.seed, hostStream, index));
}

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

/** A host's round trip in ms, log-normal over the hosts; the same host is always as far away. */
export function roundTripOf(plan: Plan, host: number): number {
  const roundTrip = plan.world.roundTrip;
  if (!roundTrip) return 0;
  const sigma = Math.log(roundTrip.p99Ms / roundTrip.medianMs) / Z99;
  const z = normal(
    uniform(plan.seed, LANE.roundTrip, host, 1),
    uniform(plan.seed, LANE.roundTrip, host, 2),
  );
  return roundTrip.medianMs * Math.exp(sigma * z);
}

/** The id by which the ledger knows a legitimate message. */
export function ledgerId(actor: number, index: number): string {
  return `${actor}-${index}`;
}

/**
 * Every message is dated alike, so that the same seed gives the same bytes on any day. In
 * winter, when the time zones of mail-date.ts are what they say.
 */
export const MESSAGE_DATE = new Date('2026-01-14T06:30:00Z');
