// Wakes a thread at a moment that is given in fractions of a millisecond, never early and hardly late.
//
// Node's timers count whole milliseconds of the loop's clock, and epoll sleeps whole milliseconds from
// whenever the loop went to sleep: a timer set straight for a moment comes up to 2 ms late (p99 1.9 ms
// measured). So the alarm sleeps in two steps: first until the millisecond before, and from there, the
// phase of its own clock known, so many whole milliseconds as miss the moment least. What is then left,
// a fraction of a millisecond, it polls: the loop serves its sockets meanwhile.

/** How late a timer of whole milliseconds comes where nothing else is to do: 0.1 to 0.2 ms measured. */
const USUAL_LATENESS_MS = 0.2;
/** What is left then is polled, if it is no more than this: that costs CPU. */
const POLL_MS = 0.25;

/** What a timer of Node's can be set to. */
const LONGEST_MS = 2 ** 31 - 1;

export class Alarm {
  private readonly nowMs: () => number;
  private readonly ring: () => void;
  private dueMs = Number.POSITIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private poll: NodeJS.Immediate | undefined;

  constructor(nowMs: () => number, ring: () => void) {
    this.nowMs = nowMs;
    this.ring = ring;
  }

  /** Rings at `dueMs` and then never, unless set again; Infinity: not at all. */
  set(dueMs: number): void {
    if (dueMs === this.dueMs) return;
    this.dueMs = dueMs;
    this.rest();
    if (dueMs !== Number.POSITIVE_INFINITY) this.sleep();
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
    if (!this.isDueAt(this.nowMs())) return this.sleep();
    this.dueMs = Number.POSITIVE_INFINITY;
    this.ring();
  };

  private sleep(): void {
    const now = this.nowMs();
    const leftMs = this.dueMs - now;
    if (leftMs <= POLL_MS) {
      this.poll = setImmediate(this.wake);
      return;
    }
    const whole = Math.ceil(leftMs - USUAL_LATENESS_MS - POLL_MS);
    const untilBefore = Math.floor(this.dueMs) - 1 - Math.floor(now);
    const delayMs = Math.min(LONGEST_MS, whole <= 2 ? whole : untilBefore);
    this.timer = setTimeout(this.wake, Math.max(1, delayMs));
  }

  private rest(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.poll) clearImmediate(this.poll);
    this.timer = undefined;
    this.poll = undefined;
  }
}
