import { describe, expect, test } from 'vitest';
import { bouncer } from '../../src/actors/bouncer.ts';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { hostName, mailDomain } from '../../src/actors/host-name.ts';
import { makePlan, type PlannedSession } from '../../src/plan/plan.ts';
import {
  type BouncerActor,
  DIALECT_NAMES,
  type DialectName,
  type RetryChoice,
} from '../../src/scenario/scenario.ts';
import { smallScenario } from '../plan/small-scenario.ts';

const HOSTS = Array.from({ length: 400 }, (_, host) => host);
/** Who sends as its postmaster at some of its hosts, and the bounds of their share. */
const NAMED: Partial<Record<DialectName, readonly [number, number]>> = {
  'filter-notice': [0.15, 0.35],
  'virus-notice': [0.4, 0.6],
};

async function play(dialects: BouncerActor['dialects'], retry: RetryChoice = 'native') {
  const scenario = smallScenario({ retry });
  const actors = scenario.actors.map((actor) =>
    actor.kind === 'bouncer' ? { ...actor, dialects } : actor,
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
  return { plan, material, session, sender: bouncer.sender(plan, planned, material) };
}

describe.each(DIALECT_NAMES)('a bouncer of %s', (name) => {
  test('greets, sends and tries again as its dialect does, at every host', async () => {
    const { plan, sender, session, material } = await play({ [name]: 1 });
    for (const host of HOSTS) {
      const script = sender.script(session(host), 0);
      expect(script).toMatchObject(DIALECTS[name].habit);
      expect(script.helo).toBe(hostName(plan.seed, host));
      expect(script.recipients).toEqual([plan.world.victim]);
      expect(material[name]).toContain(script.message?.[0]);
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

describe('a mix of dialects', () => {
  const MIX = { postfix: 3, yahoo: 1, gmail: 0 };

  test('is built for those that have a weight, and shared out among the hosts by it', async () => {
    const { material, sender, session } = await play(MIX);
    expect(Object.keys(material)).toEqual(['postfix', 'yahoo']);
    const schedules = HOSTS.map((host) => sender.retrySchedule(session(host)));
    const share = schedules.filter((one) => one === DIALECTS.yahoo.retry).length / HOSTS.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.07);
  });

  test.each([
    ['none', undefined],
    [{ gapsMs: [60_000] }, 60_000],
  ] as const)('tries again as the scenario says: %j', async (retry, first) => {
    const { sender, session } = await play(MIX, retry);
    expect(sender.retrySchedule(session(1))?.(1)).toBe(first);
  });
});
