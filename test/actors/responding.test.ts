import { beforeAll, describe, expect, test } from 'vitest';
import type { Sender } from '../../src/actors/actor.ts';
import { ACTOR_KINDS } from '../../src/actors/registry.ts';
import { RESPONDERS } from '../../src/actors/responders/registry.ts';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';
import { makePlan, type Plan, type PlannedSession } from '../../src/plan/plan.ts';
import {
  CHALLENGE_SYSTEMS,
  LIST_SYSTEMS,
  type ResponderName,
  type RespondingActor,
  type RetryChoice,
  VACATION_SYSTEMS,
} from '../../src/scenario/scenario.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { splitPart } from './bounce-parser.ts';
import { firstSessions, shareIn } from './senders.ts';

const SYSTEMS = {
  vacation: VACATION_SYSTEMS,
  'list-manager': LIST_SYSTEMS,
  'challenge-response': CHALLENGE_SYSTEMS,
} satisfies Record<RespondingActor['kind'], readonly ResponderName[]>;
type Kind = keyof typeof SYSTEMS;
const KINDS = Object.keys(SYSTEMS) as Kind[];
const PAIRS = KINDS.flatMap((kind) => SYSTEMS[kind].map((name) => ({ kind, name })));

const HOSTS = Array.from({ length: 400 }, (_, host) => host);
const DAY = 86_400_000;

interface Played {
  readonly plan: Plan;
  readonly sender: Sender;
  readonly sessions: readonly PlannedSession[];
  readonly material: Readonly<Record<string, readonly Uint8Array[]>>;
}

async function play(
  kind: Kind,
  systems: Partial<Record<ResponderName, number>>,
  retry: RetryChoice = 'native',
): Promise<Played> {
  const scenario = smallScenario();
  const rate = { shape: 'constant', perSecond: 1 } as const;
  const common = { name: 'answers', rate, concurrency: 10, patienceMs: 1000, retry };
  const actor = { ...common, kind, systems } as RespondingActor;
  const plan = makePlan({ ...scenario, actors: [...scenario.actors, actor] });
  const planned = plan.actors.at(-1);
  if (planned === undefined) throw new Error('nothing was planned');
  const material = await ACTOR_KINDS[kind].prepare(plan, planned);
  const sender = ACTOR_KINDS[kind].sender(plan, planned, material);
  return { plan, material, sender, sessions: firstSessions(plan, planned, 4000) };
}

function session(host: number, index = host): PlannedSession {
  return { actor: 2, index, intendedMs: 0, host };
}

function messageOf(sender: Sender, one: PlannedSession): string {
  return Buffer.concat([...(sender.script(one, 0).message ?? [])]).toString('latin1');
}

/** The envelope's sender at a host where it is not null, as a pattern of the local part. */
const NAMED: Readonly<Record<ResponderName, RegExp | undefined>> = {
  sieve: /^[a-z]+[._][a-z]+$/,
  vacation: /^[a-z]+[._][a-z]+$/,
  exchange: /^[a-z]+[._][a-z]+$/,
  'exchange-2003': /^[a-z]+[._][a-z]+$/,
  mailman: /^[a-z]+-bounces$/,
  majordomo: /^majordomo-owner$/,
  ezmlm: undefined,
  tmda: undefined,
  html: /^verify$/,
};
/** Bounds of the share of hosts where it is not null. */
const SHARES: Readonly<Record<ResponderName, readonly [number, number]>> = {
  sieve: [0.09, 0.21],
  vacation: [1, 1],
  exchange: [0.26, 0.41],
  'exchange-2003': [0.26, 0.41],
  mailman: [1, 1],
  majordomo: [1, 1],
  ezmlm: [0, 0],
  tmda: [0, 0],
  html: [1, 1],
};

describe.each(PAIRS)('a $kind of $name', ({ kind, name }) => {
  let played: Played;
  beforeAll(async () => {
    played = await play(kind, { [name]: 1 });
  });

  test('greets, sends and tries again as its system does, at every host', () => {
    const { plan, sender } = played;
    const { greeting, pipelining, quit, starttls = false, chunking } = RESPONDERS[name].habit;
    for (const host of HOSTS) {
      const script = sender.script(session(host), 0);
      expect(script).toMatchObject({ greeting, pipelining, quit, starttls });
      expect(script.chunk !== undefined).toBe(chunking === true);
      expect(script.helo).toBe(hostName(plan.seed, host));
      expect(script.recipients).toEqual([plan.world.victim]);
      expect(sender.retrySchedule(session(host))).toBe(RESPONDERS[name].retry);
    }
  });

  test('has a null sender or one of its own at the usual share of hosts, for good', () => {
    const { plan, sender } = played;
    const named = HOSTS.filter((host) => {
      const { reversePath } = sender.script(session(host), 0);
      const later = sender.script(session(host, 9999), 0).reversePath;
      expect(later === '').toBe(reversePath === '');
      if (reversePath === '') return false;
      const [local, domain] = reversePath.split('@');
      expect(local).toMatch(NAMED[name] ?? /^never$/);
      expect(domain).toBe(mailDomain(hostName(plan.seed, host)));
      return true;
    });
    const [low, high] = SHARES[name];
    expect(named.length / HOSTS.length).toBeGreaterThanOrEqual(low);
    expect(named.length / HOSTS.length).toBeLessThanOrEqual(high);
  });

  test('sends a message that is of the host that sends it, and of the same person', () => {
    const { plan, sender } = played;
    for (const host of HOSTS) {
      const one = session(host, host + 5000);
      const { reversePath, helo } = sender.script(one, 0);
      const text = messageOf(sender, one);
      const others = text.match(/[a-z0-9]+(?<!verify)\.example\b/g) ?? [];
      const domain = mailDomain(helo);
      expect(others.filter((found) => found !== domain)).toEqual([]);
      expect(splitPart(text).headers.get('from')).toContain(domain);
      if (NAMED[name]?.source.startsWith('^[a-z]+[._]') && reversePath !== '') {
        expect(splitPart(text).headers.get('from')).toContain(reversePath);
      }
      expect(text).toContain(plan.world.victim);
    }
  });

  test('is the same in every worker', async () => {
    const again = await play(kind, { [name]: 1 });
    for (const host of HOSTS.slice(0, 20)) {
      expect(messageOf(again.sender, session(host))).toBe(messageOf(played.sender, session(host)));
    }
  });
});

describe('a quota', () => {
  test.each([
    ['vacation', 1, 7 * DAY],
    ['list-manager', 10, DAY],
    ['challenge-response', 50, DAY],
  ] as const)('of %s is %i in %i ms, whatever becomes of the answer', async (kind, limit, ms) => {
    const { sender } = await play(kind, { [SYSTEMS[kind][0]]: 1 });
    const quota = sender.quota?.(session(3));
    expect(quota?.limit).toBe(limit);
    for (const state of ['accepted', 'rejected', 'deferred', 'refused'] as const) {
      expect(quota?.periodMs(state)).toBe(ms);
    }
  });

  test.each([
    ['vacation', 'vacation', 256],
    ['list-manager', 'mailman', 16],
    ['challenge-response', 'html', 256],
  ] as const)('of %s is for each one at the host: same key, same sender', async (kind, name, n) => {
    const { sender } = await play(kind, { [name]: 1 });
    const senders = new Map<number, Set<string | undefined>>();
    for (let index = 0; index < 8000; index += 1) {
      const one = session(3, index);
      const key = sender.quota?.(one)?.key ?? -1;
      // What the message is from tells people apart where the envelope does not.
      const text = messageOf(sender, one);
      const from = splitPart(text).headers.get('from');
      senders.set(key, (senders.get(key) ?? new Set()).add(from));
    }
    expect([...senders.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: n }, (_, i) => i),
    );
    expect(Math.max(...[...senders.values()].map((froms) => froms.size))).toBe(1);
    expect(new Set([...senders.values()].flatMap((froms) => [...froms])).size).toBe(n);
  });
});

describe('a mix of systems', () => {
  const MIX = { sieve: 3, exchange: 1, vacation: 0 };

  test('is built for those that have a weight, and shared out over the sessions by it', async () => {
    const { material, sender, sessions } = await play('vacation', MIX);
    expect(Object.keys(material)).toEqual(['sieve', 'exchange']);
    const isExchange = (one: PlannedSession) =>
      sender.retrySchedule(one) === RESPONDERS.exchange.retry;
    expect(Math.abs(shareIn(sessions, isExchange) - 0.25)).toBeLessThan(0.02);
    const schedules = HOSTS.map((host) => sender.retrySchedule(session(host)));
    expect(HOSTS.map((host) => sender.retrySchedule(session(host, 9999)))).toEqual(schedules);
  });

  test.each([
    ['none', undefined],
    [{ gapsMs: [60_000] }, 60_000],
  ] as const)('tries again as the scenario says: %j', async (retry, first) => {
    const { sender } = await play('vacation', MIX, retry);
    expect(sender.retrySchedule(session(1))?.(1)).toBe(first);
  });
});
