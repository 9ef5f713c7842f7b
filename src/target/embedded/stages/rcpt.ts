// A check at RCPT, and several of them in order. A check says nothing when it has no objection. Replies are
// worded as Postfix words its own.
import type { Objection, StageCount } from './stage-book.ts';

export interface Rcpt {
  /** The client's address. */
  readonly client: string;
  /** As it said HELO or EHLO. */
  readonly helo: string;
  readonly reversePath: string;
  readonly recipient: string;
}

/** A promise only where the answer has to be waited for. */
export type Check = (rcpt: Rcpt) => Objection | Promise<Objection>;

export interface CountedCheck {
  readonly count: StageCount;
  readonly check: Check;
}

/** The first objection in order. */
export function firstObjection(
  checks: readonly CountedCheck[],
  rcpt: Rcpt,
  from = 0,
): Objection | Promise<Objection> {
  for (let i = from; i < checks.length; i += 1) {
    const step = checks[i];
    const objection = step?.count.judge(() => step.check(rcpt));
    if (objection instanceof Promise) {
      return objection.then((found) => found ?? firstObjection(checks, rcpt, i + 1));
    }
    if (objection) return objection;
  }
  return undefined;
}
