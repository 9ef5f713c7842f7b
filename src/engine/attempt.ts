// One attempt at a planned session, and the one that follows when it has not brought it to an end.
import type { RetrySchedule, Sender } from '../actors/actor.ts';
import type { PlannedSession } from '../plan/plan.ts';
import type { EndState, Stage } from '../smtp/stage.ts';

export interface Attempt {
  readonly planned: PlannedSession;
  readonly actor: number;
  readonly index: number;
  readonly host: number;
  /** 0 for the first. */
  readonly attempt: number;
  readonly dueMs: number;
  /** When the first attempt was due. */
  readonly originMs: number;
  /** When its turn came, if it had to wait for a place at its host. */
  readonly turnMs: number | undefined;
  /** The recipients that are still to be reached, by their place in the script; undefined: all. */
  readonly remaining: readonly number[] | undefined;
  /** Without TLS, since the server offers it and then fails. */
  readonly inClear: boolean;
}

export function firstAttempt(planned: PlannedSession): Attempt {
  const { actor, index, host, intendedMs } = planned;
  return {
    planned,
    actor,
    index,
    host,
    attempt: 0,
    dueMs: intendedMs,
    originMs: intendedMs,
    turnMs: undefined,
    remaining: undefined,
    inClear: false,
  };
}

/** How an attempt ended. */
interface End {
  readonly state: EndState;
  readonly stage: Stage;
  /** The code of the reply to each recipient that was asked. */
  readonly fates: readonly number[];
  /** Recipients of the attempt, asked or not. */
  readonly recipients: number;
}

/**
 * The attempt that follows, its `dueMs` counted from the end of this one; undefined when the sender is
 * done, for good or ill. Campaign time is divided by `compress`.
 */
export function nextAttempt(
  end: End,
  attempt: Attempt,
  sender: Sender,
  compress: number,
): Attempt | undefined {
  const { planned } = attempt;
  const goesOn = sender.goesOn?.(planned, attempt.attempt, end.state) ?? false;
  // Nearly all sessions end here.
  if (!goesOn && (end.state === 'rejected' || isDelivered(end))) return undefined;
  const next = { ...attempt, attempt: attempt.attempt + 1, turnMs: undefined };
  if (goesOn) return { ...next, dueMs: 0 };
  const remaining = remainingOf(end, attempt);
  if (remaining?.length === 0) return undefined;
  // Postfix and Exim connect again at once and in clear where TLS is not insisted on.
  if (end.stage === 'starttls' && end.state !== 'deferred' && !attempt.inClear) {
    return { ...next, dueMs: 0, remaining, inClear: true };
  }
  const gapMs = gapBefore(sender.retrySchedule(planned), retriesOf(attempt) + 1);
  return gapMs === undefined ? undefined : { ...next, dueMs: gapMs / compress, remaining };
}

function isDelivered({ state, recipients }: End): boolean {
  return state === 'accepted' && recipients === 1;
}

/** The second session in clear is no retry by the schedule. */
function retriesOf({ attempt, inClear }: Attempt): number {
  return attempt - (inClear ? 1 : 0);
}

/** An MTA counts the gap from the failure, and an attempt takes its real, uncompressed time. */
function gapBefore(schedule: RetrySchedule | undefined, n: number): number | undefined {
  const at = schedule?.(n);
  if (at === undefined) return undefined;
  return at - (n === 1 ? 0 : (schedule?.(n - 1) ?? 0));
}

/** Whom the sender still has to reach: not those who have it, and not those refused for good. */
function remainingOf(
  { state, fates, recipients }: End,
  { remaining }: Attempt,
): readonly number[] | undefined {
  if (recipients === 1) return remaining;
  const places = remaining ?? Array.from({ length: recipients }, (_, i) => i);
  return places.filter((_, i) => {
    const code = fates[i] ?? 0;
    return code < 500 && (code < 200 || code >= 300 || state !== 'accepted');
  });
}
