// How bots come back after a temporary failure, as counted at one greylisting site over 10,616 new
// addresses: none 35.8 %, within a minute 31.5 %, one retry 11.1 %, several messages 15.4 %. What is left
// of the whole came back as mail servers do. The gaps within each sort are assumptions.
import type { RetrySchedule } from './actor.ts';
import { fixedGaps, postfixRetries } from './retry-schedule.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface BotRetries {
  /** Of all bots. */
  readonly share: number;
  /** Absent: it never comes back. */
  readonly schedule?: RetrySchedule;
  /** It comes back with another message, from another forged sender. */
  readonly newSender?: true;
}

/** The shares add up to 1. */
export const BOT_RETRIES: readonly BotRetries[] = [
  { share: 0.358 },
  { share: 0.315, schedule: fixedGaps([20 * SECOND, 30 * SECOND]) },
  { share: 0.111, schedule: fixedGaps([20 * MINUTE]) },
  {
    share: 0.154,
    schedule: fixedGaps([10 * SECOND, 5 * MINUTE, 10 * MINUTE]),
    newSender: true,
  },
  { share: 0.062, schedule: postfixRetries() },
];
