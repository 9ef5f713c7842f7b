import { describe, expect, it } from 'vitest';
import {
  addToTally,
  makeTallies,
  mergeTallies,
  planDigest,
  tallyPlan,
} from '../../src/plan/digest.ts';
import { makePlan, type Plan, phaseAt, roundTripOf, sessionsOf } from '../../src/plan/plan.ts';
import { uniform } from '../../src/plan/random.ts';
import { PROXY_ADDRESSES, proxyAddress, sourceAddress } from '../../src/plan/source-address.ts';
import { makeZipf } from '../../src/plan/zipf.ts';
import { smallScenario } from './small-scenario.ts';

function allSessions(plan: Plan) {
  return plan.actors.flatMap((planned) => [...sessionsOf(plan, planned)]);
}

/** The plan's sessions dealt out as the engine deals them, tallied apart and added up. */
function digestBy(workers: number, plan: Plan): string {
  const tallies = makeTallies(plan);
  for (let shard = 0; shard < workers; shard += 1) {
    const share = makeTallies(plan);
    for (const session of allSessions(plan).filter(({ host }) => host % workers === shard)) {
      const tally = share[session.actor];
      if (tally) addToTally(tally, session);
    }
    mergeTallies(tallies, share);
  }
  return planDigest(plan, tallies);
}

describe('a plan', () => {
  const plan = makePlan(smallScenario());

  it('is the same for the same seed, whatever the number of workers', () => {
    const digest = planDigest(plan, tallyPlan(plan));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    for (const workers of [1, 2, 3, 4])
      expect(digestBy(workers, makePlan(smallScenario()))).toBe(digest);
  });

  it('is another for another seed, rate or world', () => {
    const digests = [
      smallScenario(),
      smallScenario({ seed: 2 }),
      smallScenario({ bouncersPerSecond: 51 }),
      smallScenario({ sources: 999 }),
    ].map((scenario) => {
      const other = makePlan(scenario);
      return planDigest(other, tallyPlan(other));
    });
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('notices a session that was left out or played twice', () => {
    const digest = planDigest(plan, tallyPlan(plan));
    const [first] = allSessions(plan);
    const tallies = tallyPlan(plan);
    const tally = tallies[0];
    if (first && tally) addToTally(tally, first);
    expect(planDigest(plan, tallies)).not.toBe(digest);
  });

  it('sends legitimate mail through all phases and the attack in the storm only', () => {
    const { stormMs, recoveryMs, endMs } = plan.spans;
    const byKind = (name: string) =>
      allSessions(plan)
        .filter(({ actor }) => plan.actors[actor]?.actor.name === name)
        .map(({ intendedMs }) => intendedMs);
    const attack = byKind('bouncers');
    expect(attack.every((at) => at >= stormMs && at < recoveryMs)).toBe(true);
    expect(attack.length).toBe(100);
    const legit = byKind('legit');
    expect(new Set(legit.map((at) => phaseAt(plan.spans, at)))).toEqual(
      new Set(['warmup', 'calm', 'storm', 'recovery']),
    );
    expect(Math.max(...legit)).toBeLessThan(endMs);
  });

  it('keeps the hosts of legitimate mail apart from the attackers', () => {
    const hosts = (actor: number) =>
      allSessions(plan)
        .filter((s) => s.actor === actor)
        .map((s) => s.host);
    expect(Math.max(...hosts(1))).toBeLessThan(1000);
    expect(Math.min(...hosts(0))).toBeGreaterThanOrEqual(1000);
  });

  it('gives every host one round trip, log-normal over the hosts', () => {
    const trips = Array.from({ length: 20_000 }, (_, host) => roundTripOf(plan, host)).sort(
      (a, b) => a - b,
    );
    expect(roundTripOf(plan, 5)).toBe(roundTripOf(plan, 5));
    expect(trips[10_000]).toBeGreaterThan(77);
    expect(trips[10_000]).toBeLessThan(83);
    expect(trips[19_800]).toBeGreaterThan(370);
    expect(trips[19_800]).toBeLessThan(430);
  });

  it('has no round trips where they are switched off', () => {
    const { roundTrip: _, ...world } = plan.world;
    expect(roundTripOf({ ...plan, world }, 5)).toBe(0);
  });
});

describe('a proxy that tells its clients', () => {
  it.each(['loopback', 'laboratory'] as const)(
    'calls from its addresses in turn (%s)',
    (network) => {
      const calls = Array.from({ length: 10 * PROXY_ADDRESSES }, (_, i) =>
        proxyAddress(network, i),
      );
      const counts = new Map<string | undefined, number>();
      for (const address of calls) counts.set(address, (counts.get(address) ?? 0) + 1);
      expect(counts.size).toBe(PROXY_ADDRESSES);
      expect(new Set(counts.values())).toEqual(new Set([10]));
      const prefix = network === 'loopback' ? '127.' : '10.';
      expect(calls.every((address) => address?.startsWith(prefix))).toBe(true);
    },
  );

  it('has one address where there is one', () => {
    expect(proxyAddress('single', 7)).toBeUndefined();
  });
});

describe('the sources', () => {
  it('follow Zipf: rank k gets 1/k of the first', () => {
    const pick = makeZipf(1000);
    const hits = new Array<number>(1000).fill(0);
    for (let i = 0; i < 200_000; i += 1) {
      const rank = pick(uniform(1, 1, i));
      hits[rank] = (hits[rank] ?? 0) + 1;
    }
    const [first = 0, second = 0] = hits;
    expect(first / second).toBeGreaterThan(1.9);
    expect(first / second).toBeLessThan(2.1);
    expect(first / (hits[9] ?? 1)).toBeGreaterThan(9);
    expect(first / (hits[9] ?? 1)).toBeLessThan(11);
  });

  it.each([
    ['loopback', 0, '127.0.0.2'],
    ['loopback', 1, '127.158.55.2'],
    ['loopback', 65_537, '127.158.55.3'],
    ['laboratory', 0, '10.128.0.2'],
    ['laboratory', 1, '10.158.55.2'],
    ['single', 7, undefined],
  ] as const)('have an address each: %s host %i is %s', (network, host, address) => {
    expect(sourceAddress(network, host)).toBe(address);
  });

  it('lie in networks of their own, so that no greylist takes one for another', () => {
    for (const network of ['loopback', 'laboratory'] as const) {
      const nets = Array.from({ length: 30_000 }, (_, host) =>
        sourceAddress(network, host)?.replace(/\.\d+$/, ''),
      );
      expect(new Set(nets).size).toBe(nets.length);
    }
  });

  it('are all distinct', () => {
    for (const network of ['loopback', 'laboratory'] as const) {
      const all = Array.from({ length: 130_300 }, (_, host) => sourceAddress(network, host));
      expect(new Set(all).size).toBe(all.length);
      expect(all).not.toContain('127.0.0.1');
    }
  });
});

describe('the hosts of several actors', () => {
  const several = (sources: number) => {
    const small = smallScenario({ sources });
    const [legit, bouncers] = small.actors;
    if (!legit || !bouncers) throw new Error('two actors were expected');
    const rare = {
      ...bouncers,
      name: 'rare',
      rate: { shape: 'constant', perSecond: 0.1 },
    } as const;
    const actors = [
      legit,
      bouncers,
      rare,
      { ...bouncers, name: 'others' },
      { ...legit, name: 'more' },
    ];
    return makePlan({ ...small, actors }).actors.map(({ hosts }) => hosts);
  };

  it('are apart, as many as each has sessions, one at least, and no more attackers than sources', () => {
    const all = several(1001);
    const numbers = all.flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first + i),
    );
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(all.map(({ count }) => count)).toEqual([300, 498, 5, 498, 300]);
    expect(Math.max(...all.slice(1, 4).map(({ first, count }) => first + count))).toBe(1001);
    expect(all[0]?.first).toBeGreaterThanOrEqual(1001);
  });

  it('are shared where there is not one for each', () => {
    expect(several(3).slice(1, 4)).toEqual([1, 1, 1].map((count, first) => ({ first, count })));
    expect(several(2).slice(1, 4)).toEqual([1, 2, 3].map(() => ({ first: 0, count: 2 })));
  });
});
