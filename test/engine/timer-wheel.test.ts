import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOWHERE, TimerWheel, type Waiting } from '../../src/engine/timer-wheel.ts';

interface Item extends Waiting {
  readonly name: number;
}

function item(name = 0): Item {
  return { name, dueMs: 0, slot: NOWHERE, previous: undefined, following: undefined };
}

describe('a timer wheel', () => {
  it('calls everything once, when it is due and not before, whatever the steps', () => {
    const step = fc.record({
      adds: fc.array(fc.double({ min: 0.01, max: 20_000, noNaN: true }), { maxLength: 8 }),
      removes: fc.array(fc.nat(), { maxLength: 3 }),
      aheadMs: fc.oneof(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 9000, noNaN: true }),
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let now = 1000.25;
        let names = 0;
        const wheel = new TimerWheel<Item>(now);
        const waiting = new Map<number, Item>();
        const earliest = () => Math.min(...[...waiting.values()].map(({ dueMs }) => dueMs));
        for (const { adds, removes, aheadMs } of steps) {
          for (const delayMs of adds) {
            const added = item(names);
            names += 1;
            wheel.add(added, now + delayMs);
            waiting.set(added.name, added);
          }
          for (const n of removes) {
            const removed = [...waiting.values()][n % Math.max(1, waiting.size)];
            if (!removed) continue;
            wheel.remove(removed);
            waiting.delete(removed.name);
          }
          expect(wheel.nextMs).toBeLessThanOrEqual(earliest());
          now += aheadMs;
          const due = [...waiting.values()].filter(({ dueMs }) => dueMs <= now);
          const called: Item[] = [];
          wheel.turn(now, (one) => called.push(one));
          expect(called.map(({ name }) => name).sort()).toEqual(due.map(({ name }) => name).sort());
          for (const { name } of due) waiting.delete(name);
          expect(wheel.nextMs).toBeLessThanOrEqual(earliest());
          expect(wheel.nextMs).toBeGreaterThan(now);
        }
      }),
    );
  });

  it('tells the earliest exactly after a turn', () => {
    const wheel = new TimerWheel<Item>(0);
    for (const dueMs of [5000.5, 904.25, 17.75]) wheel.add(item(), dueMs);
    const next = () => {
      wheel.turn(wheel.nextMs, () => undefined);
      return wheel.nextMs;
    };
    expect([wheel.nextMs, next(), next(), next()]).toEqual([17.75, 904.25, 5000.5, Infinity]);
  });

  it('lets what is called wait again, and does not call what another call removed', () => {
    const wheel = new TimerWheel<Item>(0);
    const [first, second] = [item(1), item(2)];
    wheel.add(second, 1);
    wheel.add(first, 1);
    const called: number[] = [];
    wheel.turn(1, ({ name }) => {
      called.push(name);
      wheel.remove(name === 1 ? second : first);
      wheel.add(name === 1 ? first : second, 3);
    });
    expect(called).toHaveLength(1);
    wheel.turn(3, ({ name }) => called.push(name));
    expect(called).toEqual([called[0], called[0]]);
  });

  it('calls what was due already when it was added at the next turn', () => {
    const wheel = new TimerWheel<Item>(0);
    wheel.turn(10, () => undefined);
    wheel.add(item(7), 4);
    const called: number[] = [];
    wheel.turn(10, ({ name }) => called.push(name));
    expect(called).toEqual([7]);
  });
});
