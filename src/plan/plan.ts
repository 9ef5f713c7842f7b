// The plan: what is played when, by which host. A description, not a list: session i of an actor is
// derived from seed and index alone, so every worker reads its share without the others.
import {
  type Actor,
  PHASES,
  type Phase,
  type PhaseLengths,
  type Scenario,
  type World,
} from '../scenario/scenario.ts';
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
  readonly hosts: Hosts;
}

/** The simulated hosts of one actor, by number. No other actor has any of them: a host is of one kind. */
export interface Hosts {
  readonly first: number;
  readonly count: number;
}

export interface PhaseSpans {
  readonly calmMs: number;
  readonly stormMs: number;
  readonly recoveryMs: number;
  readonly endMs: number;
  /** When sessions still in flight are cut. */
  readonly deadlineMs: number;
}

/** Hosts of each actor that sends legitimate mail, numbered behind the attackers'. */
const LEGIT_HOSTS = 300;

export function makePlan(scenario: Scenario): Plan {
  const { seed, compress, world, actors } = scenario;
  const spans = phaseSpans(scenario.phases);
  const timed = actors.map((actor, index) =>
    actor.kind === 'legit'
      ? { actor, index, fromMs: 0, toMs: spans.endMs }
      : { actor, index, fromMs: spans.stormMs, toMs: spans.recoveryMs },
  );
  const hosts = shareHosts(timed, seed, world.sources);
  return {
    seed,
    compress,
    spans,
    world,
    actors: timed.map((planned, i) => ({ ...planned, hosts: hosts[i] ?? { first: 0, count: 1 } })),
  };
}

type TimedActor = Omit<PlannedActor, 'hosts'>;

/** The world's sources go to the attackers by the number of their sessions, one to each at least. */
function shareHosts(actors: readonly TimedActor[], seed: number, sources: number): Hosts[] {
  const sessions = actors.map((planned) =>
    planned.actor.kind === 'legit' ? 0 : Math.max(1, countSessions(seed, planned)),
  );
  const attackers = sessions.filter((count) => count > 0).length;
  // Too few for one each: they share them all.
  if (sources < attackers)
    return actors.map((planned) => legitHosts(planned, sources) ?? { first: 0, count: sources });
  const total = sessions.reduce((sum, count) => sum + count, 0);
  let before = 0;
  let first = 0;
  let left = attackers;
  return actors.map((planned, i) => {
    const own = legitHosts(planned, sources);
    if (own) return own;
    before += sessions[i] ?? 0;
    left -= 1;
    // Up to its part of the whole, but never what the others need.
    const end = Math.min(
      Math.max(Math.round((before / total) * sources), first + 1),
      sources - left,
    );
    const hosts = { first, count: end - first };
    first = end;
    return hosts;
  });
}

function legitHosts({ actor, index }: TimedActor, sources: number): Hosts | undefined {
  if (actor.kind !== 'legit') return undefined;
  return { first: sources + index * LEGIT_HOSTS, count: LEGIT_HOSTS };
}

function countSessions(seed: number, { actor, index, fromMs, toMs }: TimedActor): number {
  const pace = makePacer(actor.rate, seed, stream(index, LANE.pacer));
  let previousMs = 0;
  for (let n = 0; ; n += 1) {
    const sinceStart = pace(n, previousMs);
    if (sinceStart === undefined || fromMs + sinceStart >= toMs) return n;
    previousMs = sinceStart;
  }
}

function phaseSpans(lengths: PhaseLengths): PhaseSpans {
  const calmMs = lengths.warmupMs;
  const stormMs = calmMs + lengths.calmMs;
  const recoveryMs = stormMs + lengths.stormMs;
  const endMs = recoveryMs + lengths.recoveryMs;
  return { calmMs, stormMs, recoveryMs, endMs, deadlineMs: endMs + lengths.drainMs };
}

export function phaseAt(spans: PhaseSpans, atMs: number): Phase {
  return PHASES[phaseIndexAt(spans, atMs)] ?? 'recovery';
}

/** The phase by its index into PHASES: names are looked up by whoever shows them. */
export function phaseIndexAt(spans: PhaseSpans, atMs: number): number {
  if (atMs < spans.calmMs) return 0;
  if (atMs < spans.stormMs) return 1;
  return atMs < spans.recoveryMs ? 2 : 3;
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

function hostPicker(plan: Plan, { hosts, index: actorIndex }: PlannedActor): (i: number) => number {
  const zipf = makeZipf(hosts.count);
  const hostStream = stream(actorIndex, LANE.host);
  return (index) => hosts.first + zipf(uniform(plan.seed, hostStream, index));
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
