// Greylisting after RFC 6647: who (client network, reverse path, recipient) is seen for the first
// time is deferred, and passes when it comes back after a delay and within a window.

export interface GreylistOptions {
  /** Real milliseconds, as all times here: the caller has compressed them. */
  readonly delayMs: number;
  /** After so long without a pass a row is forgotten, and the next attempt is a first one. */
  readonly windowMs: number;
  /** The oldest rows go when there are more: a storm of forged senders must not fill the memory. */
  readonly maxRows?: number;
}

interface Row {
  readonly firstMs: number;
  /** What the window counts from: the first attempt, later the last pass. */
  readonly sinceMs: number;
}

export class Greylist {
  readonly #delayMs: number;
  readonly #windowMs: number;
  readonly #maxRows: number;
  /** In the order of `sinceMs`, since a row that changes is put at the end. */
  readonly #rows = new Map<string, Row>();

  constructor({ delayMs, windowMs, maxRows = 1_000_000 }: GreylistOptions) {
    this.#delayMs = delayMs;
    this.#windowMs = windowMs;
    this.#maxRows = maxRows;
  }

  check(client: string, reversePath: string, recipient: string, nowMs: number): 'pass' | 'defer' {
    this.#forgetOld(nowMs);
    const key = `${networkOf(client)} ${reversePath.toLowerCase()} ${recipient.toLowerCase()}`;
    const row = this.#rows.get(key);
    if (!row) {
      this.#rows.set(key, { firstMs: nowMs, sinceMs: nowMs });
      return 'defer';
    }
    // A retry that comes too early leaves the row as it is: the delay counts from the first attempt.
    if (nowMs - row.firstMs < this.#delayMs) return 'defer';
    this.#rows.delete(key);
    this.#rows.set(key, { firstMs: row.firstMs, sinceMs: nowMs });
    return 'pass';
  }

  get rows(): number {
    return this.#rows.size;
  }

  #forgetOld(nowMs: number): void {
    for (const [key, row] of this.#rows) {
      if (nowMs - row.sinceMs <= this.#windowMs && this.#rows.size < this.#maxRows) return;
      this.#rows.delete(key);
    }
  }
}

/** The /24 of an IPv4 address (senders retry from their neighbours); any other address as it is. */
function networkOf(client: string): string {
  return /^\d+\.\d+\.\d+\.\d+$/.test(client) ? client.slice(0, client.lastIndexOf('.')) : client;
}
