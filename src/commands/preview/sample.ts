// Samples of what an actor says: its first planned sessions of each way of speaking, and their dialogues
// as a run has them.
import type { ActorKind, Sender } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import { hostName } from '../../plan/host-name.ts';
import {
  type Plan,
  type PlannedActor,
  type PlannedSession,
  roundTripOf,
  sessionsOf,
} from '../../plan/plan.ts';
import { type Network, sourceAddress } from '../../plan/source-address.ts';
import { dotUnstuff } from '../../smtp/dot-stuffing.ts';
import type { Script } from '../../smtp/script.ts';
import type { EndState } from '../../smtp/stage.ts';
import { type Dialogue, playDialogue } from './dialogue.ts';
import { UsualServer } from './usual-server.ts';

/** A longer plan has shown its rarest ways of speaking by then; looking at so many takes a moment. */
const LOOK_AT = 100_000;

/** An actor that can be asked what it says. */
export interface Speaker {
  readonly plan: Plan;
  readonly planned: PlannedActor;
  readonly sender: Sender;
  readonly network: Network;
  /** By what the target learns of the address, if not from the connection. */
  readonly told: string | undefined;
}

/** One planned session at one attempt (0 is the first), or what follows from it at once. */
export interface Sample {
  readonly session: PlannedSession;
  readonly host: { readonly name: string; readonly address: string | undefined };
  readonly roundTripMs: number;
  readonly steps: readonly Step[];
}

/** One connection. */
export interface Step {
  readonly attempt: number;
  readonly script: Script;
  readonly dialogue: Dialogue;
}

export async function makeSpeaker(
  plan: Plan,
  planned: PlannedActor,
  site: Pick<Speaker, 'network' | 'told'>,
): Promise<Speaker> {
  const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
  const material = await kind.prepare(plan, planned);
  return { plan, planned, ...site, sender: kind.sender(plan, planned, material) };
}

/** A way of speaking and the planned sessions that have it. */
export interface Way {
  /** Empty for the only one. */
  readonly label: string;
  /** Of the sessions looked at. */
  readonly share: number;
  /** In the order of the plan. */
  readonly sessions: readonly PlannedSession[];
}

/** The commonest first. */
export function waysOf({ plan, planned, sender }: Speaker): Way[] {
  const byLabel = new Map<string, PlannedSession[]>();
  let looked = 0;
  for (const session of sessionsOf(plan, planned)) {
    const label = sender.label?.(session) ?? '';
    const sessions = byLabel.get(label);
    if (sessions) sessions.push(session);
    else byLabel.set(label, [session]);
    looked += 1;
    if (looked === LOOK_AT) break;
  }
  return [...byLabel]
    .map(([label, sessions]) => ({ label, sessions, share: sessions.length / looked }))
    .sort((a, b) => b.share - a.share);
}

/** `attempt`: only that one; undefined: the first with all that follow it at once. */
export function takeSample(
  speaker: Speaker,
  session: PlannedSession,
  attempt: number | undefined,
): Sample {
  const { plan, sender, network } = speaker;
  const from = sender.addressHost?.(session, attempt ?? 0) ?? session.host;
  return {
    session,
    host: { name: hostName(plan.seed, session.host), address: sourceAddress(network, from) },
    roundTripMs: roundTripOf(plan, session.host),
    steps:
      attempt === undefined ? allSteps(speaker, session) : [playStep(speaker, session, attempt)],
  };
}

function allSteps(speaker: Speaker, session: PlannedSession): Step[] {
  const steps: Step[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const step = playStep(speaker, session, attempt);
    steps.push(step);
    if (!speaker.sender.goesOn?.(session, attempt, step.dialogue.state)) return steps;
  }
}

function playStep(speaker: Speaker, session: PlannedSession, attempt: number): Step {
  const { plan, planned, sender } = speaker;
  const { patienceMs, bannerPatienceMs = patienceMs } = planned.actor;
  const script = sender.script(session, attempt);
  const waits = { patienceMs, bannerPatienceMs, roundTripMs: roundTripOf(plan, session.host) };
  // A callout that goes on only when a random address is refused finds a server that refuses it.
  const goesOn = (state: EndState) => sender.goesOn?.(session, attempt, state) ?? false;
  const knows = goesOn('accepted') || !goesOn('rejected');
  const server = new UsualServer(`mx.${plan.world.domain}`, knows);
  return { attempt, script, dialogue: playDialogue(script, waits, server) };
}

/** The message as its recipient gets it; undefined where none is sent. */
export function messageOf({ dialogue }: Step): Buffer | undefined {
  for (const turn of dialogue.turns) {
    if (turn.by !== 'client' || !('message' in turn.heard)) continue;
    const { message, by } = turn.heard;
    return Buffer.from(by === 'DATA' ? dotUnstuff(message) : message);
  }
  return undefined;
}
