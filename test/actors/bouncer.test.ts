import { describe, expect, test } from 'vitest';
import type { SessionHabit } from '../../src/actors/actor.ts';
import { bouncer } from '../../src/actors/bouncer.ts';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { AIMS, TOLERANCE } from '../../src/bench/fidelity/aims.ts';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';
import { makePlan, type PlannedSession } from '../../src/plan/plan.ts';
import {
  type BouncerActor,
  DEFAULT_DIALECTS,
  DIALECT_NAMES,
  type DialectName,
  type RetryChoice,
} from '../../src/scenario/scenario.ts';
import type { Script } from '../../src/smtp/script.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { firstSessions, shareIn } from './senders.ts';

const bytes = ({ message }: Script) =>
  (message ?? []).reduce((sum, piece) => sum + piece.byteLength, 0);
const text = ({ message }: Script) => Buffer.concat(message ?? []).toString('latin1');
const HOSTS = Array.from({ length: 400 }, (_, host) => host);
/** Who sends as its postmaster at some of its hosts, and the bounds of their share. */
const NAMED: Partial<Record<DialectName, readonly [number, number]>> = {
  'filter-notice': [0.15, 0.35],
  'virus-notice': [0.4, 0.6],
};

async function play(
  dialects: BouncerActor['dialects'],
  retry: RetryChoice = 'native',
  emptyData = 0,
) {
  const scenario = smallScenario({ retry });
  const actors = scenario.actors.map((actor) =>
    actor.kind === 'bouncer' ? { ...actor, dialects, emptyData } : actor,
  );
  const plan = makePlan({ ...scenario, actors });
  const planned = plan.actors.find(({ actor }) => actor.kind === 'bouncer');
  if (planned === undefined) throw new Error('no bouncer was planned');
  const material = await bouncer.prepare(plan, planned);
  const session = (host: number, index = host): PlannedSession => ({
    actor: planned.index,
    index,
    intendedMs: 0,
    host,
  });
  const sender = bouncer.sender(plan, planned, material);
  return { plan, material, session, sender, sessions: firstSessions(plan, planned, 10_000) };
}

describe.each(DIALECT_NAMES)('a bouncer of %s', (name) => {
  test('greets, sends and tries again as its dialect does, at every host', async () => {
    const { plan, sender, session } = await play({ [name]: 1 });
    const {
      greeting,
      pipelining,
      quit,
      starttls = false,
      chunking = false,
    }: SessionHabit = DIALECTS[name].habit;
    for (const host of HOSTS) {
      const script = sender.script(session(host), 0);
      expect(script).toMatchObject({ greeting, pipelining, quit, starttls });
      expect(script.chunk !== undefined).toBe(chunking);
      expect(script.helo).toBe(hostName(plan.seed, host));
      expect(script.recipients).toEqual([plan.world.victim]);
      expect(text(script)).toContain(hostName(plan.seed, host));
      expect(sender.retrySchedule(session(host))).toBe(DIALECTS[name].retry);
    }
  });

  test('has a null sender, or for good that of its postmaster where such systems have one', async () => {
    const { plan, sender, session } = await play({ [name]: 1 });
    const [low, high] = NAMED[name] ?? [0, 0];
    const paths = HOSTS.map((host) => sender.script(session(host), 0).reversePath);
    const named = paths.flatMap((path, host) => (path === '' ? [] : [{ path, host }]));
    for (const { path, host } of named) {
      expect(path).toBe(`postmaster@${mailDomain(hostName(plan.seed, host))}`);
    }
    expect(named.length / HOSTS.length).toBeGreaterThanOrEqual(low);
    expect(named.length / HOSTS.length).toBeLessThanOrEqual(high);
    expect(HOSTS.map((host) => sender.script(session(host, 9999), 0).reversePath)).toEqual(paths);
  });
});

describe('the message of a session', () => {
  test('is the same at every attempt, and one of fifty by the session, not by the host', async () => {
    const { sender, session } = await play({ qmail: 1 });
    const sizes = new Map<number, number>();
    for (let index = 0; index < 5000; index += 1) {
      const script = sender.script(session(7, index), 0);
      const size = bytes(script);
      sizes.set(size, (sizes.get(size) ?? 0) + 1);
      expect(text(sender.script(session(7, index), 3))).toBe(text(script));
    }
    expect(sizes.size).toBeGreaterThan(40);
    // No entry is anybody's favourite: a fiftieth each.
    expect(Math.max(...sizes.values())).toBeLessThan(300);
  });

  test.each([
    ['all dialects alike', Object.fromEntries(DIALECT_NAMES.map((name) => [name, 1]))],
    ['the default dialects', DEFAULT_DIALECTS],
  ])('has the sizes of collected bounces over 10,000 sessions of %s', async (_, mix) => {
    const { sender, sessions } = await play(mix);
    const sizes = sessions.map((session) => bytes(sender.script(session, 0)));
    sizes.sort((a, b) => a - b);
    for (const [share, aim] of [
      [0.5, AIMS.p50],
      [0.9, AIMS.p90],
      [0.99, AIMS.p99],
    ] as const) {
      expect(Math.abs((sizes[share * sizes.length] ?? 0) / aim - 1)).toBeLessThan(TOLERANCE);
    }
  });

  test.each([
    [0, 0, 0],
    [0.1, 0.08, 0.12],
    [1, 1, 1],
  ])(
    'is empty for the share of the sessions that the scenario says: %d',
    async (share, low, high) => {
      const { sender, session } = await play({ exim: 1, qmail: 1 }, 'native', share);
      const scripts = Array.from({ length: 2000 }, (_, i) => sender.script(session(i), 0));
      const empty = scripts.filter(({ message }) => message?.length === 0);
      expect(empty.every(({ chunk }) => chunk === undefined)).toBe(true);
      expect(empty.length / scripts.length).toBeGreaterThanOrEqual(low);
      expect(empty.length / scripts.length).toBeLessThanOrEqual(high);
    },
  );
});

describe('the address of an attempt', () => {
  test.each(DIALECT_NAMES)('of %s is its host’s own at first', async (name) => {
    const { sender, session } = await play({ [name]: 1 });
    for (const host of HOSTS) expect(sender.addressHost?.(session(host), 0)).toBe(host);
  });

  test.each(DIALECT_NAMES)(
    'of %s stays, or is another each time where such systems roam',
    async (name) => {
      const { plan, sender, session } = await play({ [name]: 1 });
      const roams = name === 'gmail' || name === 'gmail-2008';
      const of = (host: number) =>
        [1, 2, 3].map((attempt) => sender.addressHost?.(session(host), attempt) ?? Number.NaN);
      let changed = 0;
      for (const host of HOSTS) {
        const hosts = of(host);
        expect(of(host)).toEqual(hosts);
        expect(hosts.every((other) => other >= 0 && other < plan.world.sources)).toBe(true);
        changed += new Set([host, ...hosts]).size - 1;
      }
      if (roams) expect(changed).toBeGreaterThan(HOSTS.length);
      else expect(changed).toBe(0);
    },
  );
});

describe('a mix of dialects', () => {
  const MIX = { postfix: 3, yahoo: 1, gmail: 0 };

  test('is built for those that have a weight, and shared out over the sessions by it', async () => {
    const { material, sender, sessions } = await play(MIX);
    expect(Object.keys(material)).toEqual(['postfix', 'yahoo']);
    const isYahoo = (session: PlannedSession) =>
      sender.retrySchedule(session) === DIALECTS.yahoo.retry;
    expect(Math.abs(shareIn(sessions, isYahoo) - 0.25)).toBeLessThan(0.02);
  });

  test.each([
    ['none', undefined],
    ['hotmail', 60_000],
    [{ gapsMs: [60_000] }, 60_000],
  ] as const)('tries again as the scenario says: %j', async (retry, first) => {
    const { sender, session } = await play(MIX, retry);
    expect(sender.retrySchedule(session(1))?.(1)).toBe(first);
  });
});
