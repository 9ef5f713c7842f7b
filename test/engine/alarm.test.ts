import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../src/engine/alarm.ts';

/** Timers of whole milliseconds, on a clock with a phase of its own that each look takes some µs. */
class Machine {
  private readonly startMs = performance.now();
  private readonly phaseMs: number;
  private looks = 0;

  constructor(phaseMs: number) {
    this.phaseMs = phaseMs;
  }

  readonly nowMs = (): number => {
    this.looks += 1;
    return 1000 + this.phaseMs + performance.now() - this.startMs + this.looks * 0.005;
  };
}

describe('an alarm', () => {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'],
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('rings once, never early, and less than a millisecond late', () => {
    const delay = fc.double({ min: 0, max: 50, noNaN: true });
    const phase = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(phase, fc.array(delay, { minLength: 1, maxLength: 10 }), (phaseMs, delays) => {
        const { nowMs } = new Machine(phaseMs);
        const rings: number[] = [];
        const alarm = new Alarm(nowMs, () => rings.push(nowMs()));
        for (const delayMs of delays) {
          const dueMs = nowMs() + delayMs;
          alarm.set(dueMs);
          vi.advanceTimersByTime(60);
          const [rangMs = 0, ...more] = rings.splice(0);
          expect(more).toEqual([]);
          expect(rangMs).toBeGreaterThanOrEqual(dueMs);
          expect(rangMs - dueMs).toBeLessThan(1);
        }
      }),
    );
  });

  it('rings at the moment that was set last, or not at all', () => {
    const { nowMs } = new Machine(0.5);
    const rings: number[] = [];
    const alarm = new Alarm(nowMs, () => rings.push(nowMs()));
    const startMs = nowMs();
    alarm.set(startMs + 20);
    alarm.setNotLater(startMs + 30);
    alarm.setNotLater(startMs + 5);
    vi.advanceTimersByTime(50);
    expect(rings.map((atMs) => Math.round(atMs - startMs - 0.4))).toEqual([5]);
    alarm.set(nowMs() + 5);
    alarm.set(Number.POSITIVE_INFINITY);
    vi.advanceTimersByTime(50);
    expect(rings).toHaveLength(1);
    expect(alarm.isDue).toBe(false);
  });

  it('can be set anew while it rings', () => {
    const { nowMs } = new Machine(0);
    let rings = 0;
    const alarm = new Alarm(nowMs, () => {
      rings += 1;
      if (rings < 5) alarm.set(nowMs() + 3);
    });
    alarm.set(nowMs());
    vi.advanceTimersByTime(100);
    expect(rings).toBe(5);
  });
});
