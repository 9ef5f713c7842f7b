// The senders that are judged, and what they send: messages as their scripts give them to the engine,
// in the form in which a mailbox would hold them. A new sender is a line in SENDERS.

import type { ActorKind } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import {
  MESSAGE_DATE,
  type Plan,
  type PlannedActor,
  type PlannedSession,
} from '../../plan/plan.ts';
import {
  type Actor,
  CHALLENGE_SYSTEMS,
  DEFAULT_DIALECTS,
  DIALECT_NAMES,
  type DialectName,
  LIST_SYSTEMS,
  type ResponderName,
  type RespondingActor,
  VACATION_SYSTEMS,
} from '../../scenario/scenario.ts';
import { dotUnstuff } from '../../smtp/dot-stuffing.ts';
import type { Script } from '../../smtp/script.ts';

export interface NamedSender {
  readonly name: string;
  readonly group: 'bounces' | 'other automatic mail' | 'ordinary mail';
  /** Its messages say whom the forged mail did not reach. */
  readonly namesFailed: boolean;
  readonly actor: Actor;
}

/** An actor without what only the engine needs. */
type Manner<A> = A extends Actor
  ? Omit<A, 'name' | 'rate' | 'concurrency' | 'patienceMs' | 'retry'>
  : never;

function actorOf(manner: Manner<Actor>): Actor {
  const load = {
    rate: { shape: 'constant', perSecond: 1 },
    concurrency: 1,
    patienceMs: 1,
  } as const;
  return { name: 'judged', retry: 'none', ...load, ...manner };
}

function bouncers(dialects: Readonly<Partial<Record<DialectName, number>>>): Actor {
  return actorOf({ kind: 'bouncer', dialects, emptyData: 0 });
}

function answering(
  name: string,
  kind: RespondingActor['kind'],
  system: ResponderName,
): NamedSender {
  // The kinds differ in the names of their systems only.
  const manner = { kind, systems: { [system]: 1 } } as Manner<RespondingActor>;
  return {
    name,
    group: 'other automatic mail',
    // What ezmlm sends is a bounce of qmail's.
    namesFailed: system === 'ezmlm',
    actor: actorOf(manner),
  };
}

export const SENDERS: readonly NamedSender[] = [
  ...DIALECT_NAMES.map(
    (name) =>
      ({ name, group: 'bounces', namesFailed: true, actor: bouncers({ [name]: 1 }) }) as const,
  ),
  ...VACATION_SYSTEMS.map((system) => answering(`vacation: ${system}`, 'vacation', system)),
  ...LIST_SYSTEMS.map((system) => answering(`list-manager: ${system}`, 'list-manager', system)),
  ...CHALLENGE_SYSTEMS.map((system) =>
    answering(`challenge-response: ${system}`, 'challenge-response', system),
  ),
  {
    name: 'legit',
    group: 'ordinary mail',
    namesFailed: false,
    actor: actorOf({
      kind: 'legit',
      size: 'legit-2009',
      systems: { postfix: 1 },
      several: 0,
      lists: 0,
      deadUsers: 0,
      bounces: 0,
    }),
  },
];

/** Whose sizes are measured together. */
export const MIXES = [
  {
    name: 'all dialects alike',
    actor: bouncers(Object.fromEntries(DIALECT_NAMES.map((name) => [name, 1]))),
  },
  {
    name: 'a scenario’s default dialects',
    actor: bouncers(DEFAULT_DIALECTS),
  },
] as const;

const VICTIM = 'jslopez@xman.test';
const SOURCES = 20_000;
/**
 * The To line of the forged spam within (a bounce's own is for the victim), or an address on a line of its
 * own where the spam is not returned.
 */
const FAILED = /^To: <([^>]+@(?!xman\.test)[^>]+)>\r$|^ {2}(\S+@\S+)\r$/m;
/** Messages that are taken from one seed, before the next has a pool of other ones. */
const PER_SEED = 50;

export interface Delivered {
  /** As a mailbox holds it: with the receiving server's trace. */
  readonly message: Uint8Array;
  /** The line that this server writes on top of that. */
  readonly returnPath: Uint8Array;
  /** Whom the forged original was for. */
  readonly failedRecipient: string | undefined;
}

export async function sampleMessages(actor: Actor, count: number): Promise<Delivered[]> {
  const samples: Delivered[] = [];
  for (let seed = 1; samples.length < count; seed += 1) {
    const room = Math.min(PER_SEED, count - samples.length);
    const scriptOf = await scripts(actor, seed);
    for (let index = 0; index < room; index += 1) samples.push(deliver(scriptOf(index)));
  }
  return samples;
}

/** Bytes of `count` messages as a run sends them. */
export async function sampleSizes(actor: Actor, count: number): Promise<number[]> {
  const scriptOf = await scripts(actor, 1);
  return Array.from({ length: count }, (_, index) =>
    (scriptOf(index).message ?? []).reduce((sum, piece) => sum + piece.byteLength, 0),
  );
}

async function scripts(actor: Actor, seed: number): Promise<(index: number) => Script> {
  const hosts = { first: 0, count: SOURCES };
  const planned: PlannedActor = { actor, index: 0, fromMs: 0, toMs: 1, hosts };
  const plan: Plan = {
    seed,
    compress: 1,
    spans: { calmMs: 0, stormMs: 0, recoveryMs: 1, endMs: 1, deadlineMs: 1 },
    world: {
      domain: 'xman.test',
      victim: VICTIM,
      victimExists: false,
      mailboxes: 200,
      sources: SOURCES,
    },
    actors: [planned],
  };
  const kind: ActorKind = ACTOR_KINDS[actor.kind];
  const sender = kind.sender(plan, planned, await kind.prepare(plan, planned));
  return (index) => {
    const session: PlannedSession = { actor: 0, index, intendedMs: 0, host: index % SOURCES };
    return sender.script(session, 0);
  };
}

function deliver(script: Script): Delivered {
  const sent = dotUnstuff(Buffer.concat(script.message ?? []));
  const trace = [
    `Received: from ${script.helo} (${script.helo} [192.0.2.25])`,
    '\tby mx.xman.test with ESMTP id 4A1B2C3D4E',
    `\tfor <${script.recipients[0]}>; ${MESSAGE_DATE.toUTCString().replace('GMT', '+0000')}`,
    '',
  ].join('\r\n');
  const [, ...named] = FAILED.exec(Buffer.from(sent).toString('latin1')) ?? [];
  return {
    message: Buffer.concat([Buffer.from(trace), sent]),
    returnPath: Buffer.from(`Return-Path: <${script.reversePath}>\r\n`),
    failedRecipient: named.find((address) => address !== undefined),
  };
}
