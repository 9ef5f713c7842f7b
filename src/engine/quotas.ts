// What senders remember of what they did: an autoresponder that it answered somebody, a callout the
// answer that it got. Keeps something only for hosts whose sessions have a quota.
import type { Quota } from '../actors/actor.ts';
import type { EndState } from '../smtp/stage.ts';

interface Memory {
  count: number;
  untilMs: number;
}

/** Keys of one host. */
const KEYS = 2 ** 20;

export class Quotas {
  private readonly memories = new Map<number, Memory>();
  private readonly compress: number;

  /** `compress`: campaign milliseconds per real one. */
  constructor(compress: number) {
    this.compress = compress;
  }

  /** Whether another session may take place at a moment, in real ms. */
  allows(host: number, quota: Quota, nowMs: number): boolean {
    const memory = this.memories.get(host * KEYS + quota.key);
    return !memory || memory.untilMs <= nowMs || memory.count < quota.limit;
  }

  /** A session has ended so, or (undefined) begun. The period begins with the first that counts. */
  note(host: number, quota: Quota, state: EndState | undefined, nowMs: number): void {
    const periodMs = quota.periodMs(state) / this.compress;
    if (periodMs === 0) return;
    const at = host * KEYS + quota.key;
    const memory = this.memories.get(at);
    if (memory && memory.untilMs > nowMs) memory.count += 1;
    else this.memories.set(at, { count: 1, untilMs: nowMs + periodMs });
  }
}
