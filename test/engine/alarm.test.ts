import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../src/engine/alarm.ts';

/** An event loop of its own time: timers come a little late, a turn of the loop takes some µs. */
class Loop {
  private now: number;
  private readonly due: { readonly atMs: number; readonly call: () => void }[] = [];

  constructor(startMs: number) {
    this.now = startMs;
    vi.stubGlobal('setTimeout', (call: () => void, ms: number) =>
      // Timers of Node count whole milliseconds.
      this.add(call, Math.max(1, Math.trunc(ms)) + 0.12),
    );
    vi.stubGlobal('setImmediate', (call: () => void) => this.add(call, 0.01));
    for (const name of ['clearTimeout', 'clearImmediate']) {
      vi.stubGlobal(name, (timer: { atMs: number; call: () => void }) => {
        const at = this.due.indexOf(timer);
        if (at >= 0) this.due.splice(at, 1);
      });
    }
  }

  readonly nowMs = (): number => this.now;

  run(forMs: number): void {
    const untilMs = this.now + forMs;
    for (;;) {
      this.due.sort((a, b) => a.atMs - b.atMs);
      const next = this.due[0];
      if (!next || next.atMs > untilMs) break;
      this.due.shift();
      this.now = next.atMs;
      next.call();
    }
    this.now = untilMs;
  }

  private add(call: () => void, inMs: number) {
    const timer = { atMs: this.now + inMs, call };
    this.due.push(timer);
    return timer;
  }
}

describe('an alarm', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('rings once, never early, and less than a millisecond late', () => {
    const delay = fc.double({ min: 0, max: 50, noNaN: true });
    const phase = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(phase, fc.array(delay, { minLength: 1, maxLength: 10 }), (phaseMs, delays) => {
        const loop = new Loop(1000 + phaseMs);
        const { nowMs } = loop;
        const rings: number[] = [];
        const alarm = new Alarm(nowMs, () => rings.push(nowMs()));
        for (const delayMs of delays) {
          const dueMs = nowMs() + delayMs;
          alarm.set(dueMs);
          loop.run(60);
          const [rangMs = 0, ...more] = rings.splice(0);
          expect(more).toEqual([]);
          expect(rangMs).toBeGreaterThanOrEqual(dueMs);
          expect(rangMs - dueMs).toBeLessThan(1);
        }
      }),
    );
  });

  it('rings at the moment that was set last, or not at all', () => {
    const loop = new Loop(0.5);
    const { nowMs } = loop;
    const rings: number[] = [];
    const alarm = new Alarm(nowMs, () => rings.push(nowMs()));
    const startMs = nowMs();
    alarm.set(startMs + 20);
    alarm.setNotLater(startMs + 30);
    alarm.setNotLater(startMs + 5);
    loop.run(50);
    expect(rings.map((atMs) => Math.floor(atMs - startMs))).toEqual([5]);
    alarm.set(nowMs() + 5);
    alarm.set(Number.POSITIVE_INFINITY);
    loop.run(50);
    expect(rings).toHaveLength(1);
    expect(alarm.isDueAt(nowMs())).toBe(false);
  });

  it('sleeps for months without waking again and again', () => {
    const loop = new Loop(0);
    const { nowMs } = loop;
    const sleeps = vi.spyOn(globalThis, 'setTimeout');
    const rings: number[] = [];
    const alarm = new Alarm(nowMs, () => rings.push(nowMs()));
    const monthMs = 30 * 86_400_000;
    alarm.set(3 * monthMs + 0.5);
    loop.run(4 * monthMs);
    expect(rings.map(Math.floor)).toEqual([3 * monthMs]);
    expect(sleeps.mock.calls.length).toBeLessThan(10);
    expect(Math.max(...sleeps.mock.calls.map(([, ms]) => ms ?? 0))).toBeLessThan(2 ** 31);
  });

  it('can be set anew while it rings', () => {
    const loop = new Loop(0);
    const { nowMs } = loop;
    let rings = 0;
    const alarm = new Alarm(nowMs, () => {
      rings += 1;
      if (rings < 5) alarm.set(nowMs() + 3);
    });
    alarm.set(nowMs());
    loop.run(100);
    expect(rings).toBe(5);
  });
});
