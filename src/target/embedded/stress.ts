// Stress mode as Postfix has it (STRESS_README): while all workers are busy, and for so long after, new
// sessions get little patience. With a single worker, as there, it never begins by itself.
import type { Tuning } from '../../tuning/tuning.ts';

/** master(8): without the limit having been reached for so long it is over. */
const LASTS_MS = 1000_000;
/** smtpd_timeout, and smtpd_hard_error_limit under stress. */
const CALM_IDLE_MS = 300_000;
const STRESSED_IDLE_MS = 10_000;
const STRESSED_ERROR_LIMIT = 1;

export interface Patience {
  readonly idleMs: number;
  readonly errorLimit: number;
}

export class Stress {
  readonly #mode: NonNullable<Tuning['stress']>;
  /** A limit that the tuning names holds under stress as well. */
  readonly #limit: { readonly errors: number; readonly isSet: boolean };
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(mode: NonNullable<Tuning['stress']>, limit: { errors: number; isSet: boolean }) {
    this.#mode = mode;
    this.#limit = limit;
  }

  /** All workers have just become busy. */
  allBusy(nowMs: number, workers: number): void {
    if (this.#mode === 'auto' && workers > 1) this.#untilMs = nowMs + LASTS_MS;
  }

  isOn(nowMs: number): boolean {
    return this.#mode === 'on' || nowMs < this.#untilMs;
  }

  /** Of a session that begins now; one that has begun keeps its own. */
  patience(nowMs: number): Patience {
    const { errors, isSet } = this.#limit;
    if (!this.isOn(nowMs)) return { idleMs: CALM_IDLE_MS, errorLimit: errors };
    return { idleMs: STRESSED_IDLE_MS, errorLimit: isSet ? errors : STRESSED_ERROR_LIMIT };
  }
}
