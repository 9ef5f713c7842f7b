import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostLines } from '../../src/engine/host-lines.ts';

interface Item {
  readonly host: number;
  readonly n: number;
  readonly limit: number;
}

function lines(): HostLines<Item> {
  return new HostLines(({ limit }) => limit);
}

function item(n: number, host = 7, limit = 2): Item {
  return { host, n, limit };
}

describe('the line at a host', () => {
  it('begins when as many are busy as its limit says', () => {
    const hosts = lines();
    expect([1, 2, 3, 4].map((n) => hosts.enter(item(n)))).toEqual([true, true, false, false]);
    expect(hosts.enter(item(5, 8))).toBe(true);
  });

  it('moves when a place is given back, first come, first served', () => {
    const hosts = lines();
    for (const n of [1, 2, 3, 4]) hosts.enter(item(n));
    expect(hosts.next(7)).toBeUndefined();
    hosts.leave(7);
    expect(hosts.next(7)?.n).toBe(3);
    expect(hosts.next(7)).toBeUndefined();
    hosts.leave(7);
    hosts.leave(7);
    expect(hosts.next(7)?.n).toBe(4);
    expect(hosts.enter(item(5))).toBe(true);
    expect(hosts.enter(item(6))).toBe(false);
  });

  it('lets nobody past a first who needs more room than there is', () => {
    const hosts = lines();
    for (const n of [1, 2]) hosts.enter(item(n));
    hosts.enter(item(3, 7, 1));
    expect(hosts.enter(item(4, 7, 9))).toBe(false);
    hosts.leave(7);
    expect(hosts.next(7)).toBeUndefined();
    hosts.leave(7);
    expect([hosts.next(7)?.n, hosts.next(7)?.n]).toEqual([3, 4]);
  });

  it('is handed back in order when it is sent away, and those inside keep their places', () => {
    const hosts = lines();
    for (const n of [1, 2, 3, 4]) hosts.enter(item(n));
    expect(hosts.clear().map(({ n }) => n)).toEqual([3, 4]);
    expect(hosts.clear()).toEqual([]);
    expect(hosts.next(7)).toBeUndefined();
    expect(hosts.enter(item(5))).toBe(false);
  });

  it('keeps limit and order whatever comes and goes, and forgets nobody', () => {
    const step = fc.record({ host: fc.integer({ min: 0, max: 3 }), comes: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const hosts = lines();
        const inside = [0, 0, 0, 0];
        const came: number[][] = [[], [], [], []];
        const entered: number[][] = [[], [], [], []];
        const admit = (one: Item): void => {
          entered[one.host]?.push(one.n);
          inside[one.host] = (inside[one.host] ?? 0) + 1;
        };
        steps.forEach(({ host, comes }, n) => {
          if (comes) {
            came[host]?.push(n);
            const one = item(n, host, host + 1);
            if (hosts.enter(one)) admit(one);
          } else if ((inside[host] ?? 0) > 0) {
            inside[host] = (inside[host] ?? 0) - 1;
            hosts.leave(host);
            for (let one = hosts.next(host); one; one = hosts.next(host)) admit(one);
          }
          // As full as it may be while somebody waits, and never fuller.
          const wanted = (came[host]?.length ?? 0) - (entered[host]?.length ?? 0);
          expect(inside[host]).toBeLessThanOrEqual(host + 1);
          if (wanted > 0) expect(inside[host]).toBe(host + 1);
        });
        for (const { host, n } of hosts.clear()) entered[host]?.push(n);
        expect(entered).toEqual(came);
      }),
    );
  });
});
