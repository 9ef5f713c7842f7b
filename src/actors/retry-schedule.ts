// When each system tries again after a temporary failure, in campaign time. Every schedule is a list
// of attempt times, worked out once from the system's documented rule; nothing here knows a clock.
//
// Attempts, the first included, in the first hour / in 72 h / until the sender gives up:
//   postfix 5/66/108   exim 5/23/27   qmail 4/26/39   exchange 5/193/193
//   sendmail 3/145/241   gmail 4/9/9   yahoo 6/9/9   hotmail 19/94/94

import type { RetryChoice, ScheduleName } from '../scenario/scenario.ts';
import type { RetrySchedule } from './actor.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** The usual packaging's ignore_bounce_errors_after, in seconds. */
export const EXIM_BOUNCE_LIFETIME = 2 * DAY;

/** The scenario's own list: gap n lies between attempt n − 1 and attempt n. */
export function fixedGaps(gapsMs: readonly number[]): RetrySchedule {
  let atMs = 0;
  const times = gapsMs.map((gap) => {
    atMs += gap;
    return atMs;
  });
  return (n) => times[n - 1];
}

/**
 * The message sleeps as long as it is old, within 300 s and 4000 s (minimal_ and maximal_backoff_time);
 * the queue manager looks every 300 s (queue_run_delay). The lifetime is looked at after an attempt
 * has failed, so the last one comes when five days are already over.
 */
export function postfixRetries(lifetimeS = 5 * DAY): RetrySchedule {
  const scan = 300;
  const times = [0];
  for (let age = 0; age <= lifetimeS; ) {
    const due = age + Math.min(Math.max(age, 300), 4000);
    age = Math.ceil(due / scan) * scan;
    times.push(age);
  }
  return fromTimes(times);
}

/**
 * `F,2h,15m; G,16h,1h,1.5; F,4d,6h`: after a failure the first rule whose end is still ahead gives the
 * next gap; within G it grows by half each time. `dropAfterS`: a bounce that cannot be delivered is
 * thrown away earlier than other mail, 2 d in the usual packaging (ignore_bounce_errors_after).
 */
export function eximRetries(dropAfterS = 4 * DAY): RetrySchedule {
  const times: number[] = [];
  let growing = HOUR;
  for (let age = 0; age <= Math.min(dropAfterS, 4 * DAY); ) {
    times.push(age);
    if (age < 2 * HOUR) age += 15 * MINUTE;
    else if (age < 16 * HOUR) {
      age += growing;
      growing *= 1.5;
    } else age += 6 * HOUR;
  }
  return fromTimes(times);
}

/** Next attempt at birth + (√age + 20)² seconds, which is attempt n at 400·n²; 7 d (queuelifetime). */
export function qmailRetries(lifetimeS = 7 * DAY): RetrySchedule {
  const times: number[] = [];
  for (let n = 0; 400 * n * n <= lifetimeS; n += 1) times.push(400 * n * n);
  return fromTimes(times);
}

/** Every 15 min for two days: the transient-failure interval; the faster glitch retries need no 4xx. */
export function exchangeRetries(lifetimeS = 2 * DAY): RetrySchedule {
  return everyS(15 * MINUTE, lifetimeS);
}

/** At every queue run, of 10 to 60 min here 30 (`-q30m`), for five days (confTO_QUEUERETURN). */
export function sendmailRetries(lifetimeS = 5 * DAY): RetrySchedule {
  return everyS(30 * MINUTE, lifetimeS);
}

/**
 * Ages as measured; nine attempts in seven hours. Of the last three only their number and end are known:
 * spread evenly here.
 */
export function gmailRetries(): RetrySchedule {
  return fromTimes([0, 6, 29, 57, 99, 162, 248, 334, 420].map((minutes) => minutes * MINUTE));
}

/** Ages as measured, each about twice the one before; the last two of the nine go on in that way. */
export function yahooRetries(): RetrySchedule {
  return fromTimes([0, 2, 6, 13, 27, 55, 110, 220, 440].map((minutes) => minutes * MINUTE));
}

/** Ages as measured: seven in the first 16 min, then every 4 min, 94 attempts in six hours. */
export function hotmailRetries(): RetrySchedule {
  const minutes = [0, 1, 2, 3, 5, 8, 12];
  for (let at = 16; at <= 360; at += 4) minutes.push(at);
  return fromTimes(minutes.map((at) => at * MINUTE));
}

/** By the names that a scenario can give; each the rule for mail in general, not only for bounces. */
const SCHEDULES = {
  postfix: postfixRetries(),
  exim: eximRetries(),
  qmail: qmailRetries(),
  sendmail: sendmailRetries(),
  exchange: exchangeRetries(),
  gmail: gmailRetries(),
  yahoo: yahooRetries(),
  hotmail: hotmailRetries(),
} satisfies Record<ScheduleName, RetrySchedule>;

/** What a scenario chose for an actor whose own rule is `native`; undefined: no second attempt. */
export function chosenRetries(
  choice: RetryChoice,
  native: RetrySchedule | undefined,
): RetrySchedule | undefined {
  if (choice === 'none') return undefined;
  if (choice === 'native') return native;
  return typeof choice === 'string' ? SCHEDULES[choice] : fixedGaps(choice.gapsMs);
}

function everyS(gap: number, lifetime: number): RetrySchedule {
  const times: number[] = [];
  for (let at = 0; at <= lifetime; at += gap) times.push(at);
  return fromTimes(times);
}

function fromTimes(seconds: readonly number[]): RetrySchedule {
  return (n) => {
    const at = n > 0 ? seconds[n] : undefined;
    return at === undefined ? undefined : at * 1000;
  };
}
