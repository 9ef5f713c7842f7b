// `clientLimits`: what one client address may do, as Postfix' anvil counts it: connections at once, and
// in a minute that begins with a client's first.
import type { ClientLimits } from '../../../tuning/tuning.ts';

/** anvil_rate_time_unit. */
const MINUTE_MS = 60_000;

export type Excess = 'concurrent' | 'rate';

interface Row {
  open: number;
  sinceMs: number;
  inMinute: number;
}

export class ClientCounts {
  readonly #concurrent: number;
  readonly #perMinute: number;
  readonly #rows = new Map<string, Row>();
  #sweptMs = 0;
  /** Clients that were told to go away, by what they had too much of. */
  readonly refused: Record<Excess, number> = { concurrent: 0, rate: 0 };

  constructor({ concurrent, perMinute }: ClientLimits) {
    this.#concurrent = concurrent ?? Number.POSITIVE_INFINITY;
    this.#perMinute = perMinute ?? Number.POSITIVE_INFINITY;
  }

  /** Counts a connection, a refused one too. leave() is called when it ends. */
  enter(client: string, nowMs: number): Excess | undefined {
    this.#sweep(nowMs);
    const row = this.#rows.get(client) ?? { open: 0, sinceMs: nowMs, inMinute: 0 };
    this.#rows.set(client, row);
    if (nowMs - row.sinceMs >= MINUTE_MS) {
      row.sinceMs = nowMs;
      row.inMinute = 0;
    }
    row.open += 1;
    row.inMinute += 1;
    const excess =
      row.open > this.#concurrent
        ? 'concurrent'
        : row.inMinute > this.#perMinute
          ? 'rate'
          : undefined;
    if (excess) this.refused[excess] += 1;
    return excess;
  }

  leave(client: string): void {
    const row = this.#rows.get(client);
    if (row) row.open -= 1;
  }

  /** Forgets those whose minute is over, once a minute. */
  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptMs < MINUTE_MS) return;
    this.#sweptMs = nowMs;
    for (const [client, { open, sinceMs }] of this.#rows) {
      if (open <= 0 && nowMs - sinceMs >= MINUTE_MS) this.#rows.delete(client);
    }
  }
}
