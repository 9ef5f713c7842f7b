// Wakes a thread at a moment that is given in fractions of a millisecond, never early and hardly late.
//
// Node's timers count whole milliseconds of the loop's clock, and epoll sleeps whole milliseconds from
// whenever the loop went to sleep: a timer set straight for a moment comes up to 2 ms late (p99 1.9 ms
// measured at 100 sessions a second; 0.8 ms with this). So the alarm sleeps in two steps: first until a
// little before, and from there, the phase of its own clock known, the whole milliseconds that end just
// ahead of the moment. What is then left it polls: the loop serves its sockets meanwhile.

/** A little more than a timer usually is late where nothing else is to do: 0.1 to 0.2 ms measured. */
const USUAL_LATENESS_MS = 0.25;
/**
 * What is polled before a moment: at least a timer's whole millisecond and what it is usually late (p99
 * 0.73 ms at 750 sessions a second, 0.83 with the millisecond alone), and more where moments are rare,
 * for there a timer comes 1 or 2 ms late now and then (p99 on a virtual machine). All polling together
 * takes this share of the time at most, beyond the least.
 */
const LEAST_POLL_MS = 1.2;
const MOST_POLL_MS = 2;
const POLL_SHARE = 0.1;

/** What a timer of Node's can be set to. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm {
  private readonly nowMs: () => number;
  private readonly ring: () => void;
  private dueMs = Number.POSITIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private poll: NodeJS.Immediate | undefined;
  private pollingSinceMs: number | undefined;
  private savedMs = 0;
  private savedAtMs = 0;

  constructor(nowMs: () => number, ring: () => void) {
    this.nowMs = nowMs;
    this.ring = ring;
  }

  /** Rings at `dueMs` and then never, unless set again; Infinity: not at all. */
  set(dueMs: number): void {
    if (dueMs === this.dueMs) return;
    this.dueMs = dueMs;
    this.rest();
    if (dueMs !== Number.POSITIVE_INFINITY) this.sleep(this.nowMs());
  }

  /** Rings at `dueMs` if it would not earlier. */
  setNotLater(dueMs: number): void {
    if (dueMs < this.dueMs) this.set(dueMs);
  }

  /** Whether the moment has come: who is awake for another reason need not wait for the ring. */
  isDueAt(atMs: number): boolean {
    return atMs >= this.dueMs;
  }

  private readonly wake = (): void => {
    this.timer = undefined;
    this.poll = undefined;
    const now = this.nowMs();
    if (!this.isDueAt(now)) return this.sleep(now);
    this.dueMs = Number.POSITIVE_INFINITY;
    this.rest();
    this.ring();
  };

  private sleep(now: number): void {
    const leftMs = this.dueMs - now;
    const pollMs = this.affordable(now);
    if (leftMs <= pollMs) {
      this.pollingSinceMs ??= now;
      this.poll = setImmediate(this.wake);
      return;
    }
    const whole = Math.ceil(leftMs - USUAL_LATENESS_MS - pollMs);
    const untilBefore = Math.floor(this.dueMs - pollMs) - 1 - Math.floor(now);
    const delayMs = Math.min(LONGEST_MS, whole <= 2 ? whole : untilBefore);
    this.timer = setTimeout(this.wake, Math.max(1, delayMs));
  }

  /** How long it may poll now: what has been saved since it did so last. */
  private affordable(now: number): number {
    if (this.pollingSinceMs === undefined) {
      const saved = this.savedMs + (now - this.savedAtMs) * POLL_SHARE;
      this.savedMs = Math.min(MOST_POLL_MS, saved);
      this.savedAtMs = now;
    }
    return Math.max(LEAST_POLL_MS, this.savedMs);
  }

  private rest(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.poll) clearImmediate(this.poll);
    this.timer = undefined;
    this.poll = undefined;
    if (this.pollingSinceMs !== undefined) {
      const now = this.nowMs();
      this.savedMs = Math.max(0, this.savedMs - (now - this.pollingSinceMs));
      this.savedAtMs = now;
      this.pollingSinceMs = undefined;
    }
  }
}
