// One direction of a link: how long what is handed in takes to come out. A pure model, told the time:
//
//   offer ─▶ [flows, in turn] ─▶ transmitter, one packet at a time ─▶ the way, always as long ─▶ take
//
// All connections share the transmitter; within a flow, and within a turn, order is kept.

export interface LineOptions {
  /** Undefined: whatever is offered is sent at once. */
  readonly bitsPerSecond?: number;
  readonly delayMs: number;
}

/** What travels: bytes, or the news that there are none any more. */
export type Cargo = Buffer | 'end' | 'reset';

export interface Arrival<Flow> {
  readonly flow: Flow;
  readonly cargo: Cargo;
}

interface Waiting {
  readonly cargo: Cargo;
  readonly sinceMs: number;
}

/** Of a TCP segment over Ethernet with time stamps, and the headers of TCP and IP that go before it. */
const SEGMENT_BYTES = 1448;
const HEADER_BYTES = 52;

/** What is sent in one turn takes this long at least: more turns than timers can tell apart are idle work. */
const TURN_MS = 0.5;

export class Line<Flow> {
  readonly #bytesPerMs: number;
  readonly #turnBytes: number;
  readonly #delayMs: number;
  /** Insertion order is the order of turns. */
  readonly #waiting = new Map<Flow, Waiting[]>();
  readonly #underway: (Arrival<Flow> & { readonly atMs: number })[] = [];
  /** When the transmitter has sent what it has begun. */
  #freeMs = 0;

  constructor({ bitsPerSecond = Number.POSITIVE_INFINITY, delayMs }: LineOptions) {
    this.#bytesPerMs = bitsPerSecond / 8000;
    const bytes = this.#bytesPerMs * TURN_MS;
    this.#turnBytes = SEGMENT_BYTES * Math.max(1, Math.floor(bytes / SEGMENT_BYTES));
    this.#delayMs = delayMs;
  }

  /** Times must not go back from one call to the next. */
  offer(flow: Flow, cargo: Cargo, nowMs: number): void {
    this.#transmit(nowMs);
    const queue = this.#waiting.get(flow);
    const waiting = { cargo, sinceMs: nowMs };
    if (queue) queue.push(waiting);
    else this.#waiting.set(flow, [waiting]);
  }

  /** What has arrived by now, in order. */
  take(nowMs: number): Arrival<Flow>[] {
    this.#transmit(nowMs);
    const late = this.#underway.findIndex(({ atMs }) => atMs > nowMs);
    return this.#underway.splice(0, late < 0 ? this.#underway.length : late);
  }

  /** When to look again; undefined: not before something is offered. */
  nextMs(): number | undefined {
    const arrival = this.#underway[0]?.atMs ?? Number.POSITIVE_INFINITY;
    const turn = this.#waiting.size > 0 ? this.#freeMs : Number.POSITIVE_INFINITY;
    const next = Math.min(arrival, turn);
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** All turns that began by now. The transmitter is never idle while somebody waits. */
  #transmit(nowMs: number): void {
    while (this.#freeMs <= nowMs) {
      const next = this.#waiting.entries().next().value;
      if (next === undefined) return;
      const [flow, queue] = next;
      const first = queue.shift();
      this.#waiting.delete(flow);
      if (first === undefined) continue;
      const [cargo, rest] = cut(first.cargo, this.#turnBytes);
      if (rest !== undefined) queue.unshift({ cargo: rest, sinceMs: first.sinceMs });
      // Behind all others, for its next turn.
      if (queue.length > 0) this.#waiting.set(flow, queue);
      this.#freeMs = Math.max(this.#freeMs, first.sinceMs) + this.#durationMs(cargo);
      this.#underway.push({ flow, cargo, atMs: this.#freeMs + this.#delayMs });
    }
  }

  #durationMs(cargo: Cargo): number {
    const bytes = typeof cargo === 'string' ? 0 : cargo.length;
    const headers = Math.max(1, Math.ceil(bytes / SEGMENT_BYTES)) * HEADER_BYTES;
    return (bytes + headers) / this.#bytesPerMs;
  }
}

function cut(cargo: Cargo, bytes: number): [Cargo, Cargo | undefined] {
  if (typeof cargo === 'string' || cargo.length <= bytes) return [cargo, undefined];
  return [cargo.subarray(0, bytes), cargo.subarray(bytes)];
}
