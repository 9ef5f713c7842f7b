// What became of sessions, as rows of numbers: a worker writes a row per session into a batch and
// hands the batch over whole, so that recording costs the generator no objects and no messages.
import { MARKS } from '../smtp/session-record.ts';

/** Columns of a row. Times in ms from the run's start; NaN where the session did not come so far. */
export const COLUMN = {
  actor: 0,
  index: 1,
  /** 0 for the first attempt. */
  attempt: 2,
  /** When this attempt was due. */
  intended: 3,
  /** When the first attempt was due. */
  origin: 4,
  /** When its wait for a place at its host ended; NaN for a session that did not have to wait. */
  turn: 5,
  /** NaN for a session that never started. */
  started: 6,
  ended: 7,
  decided: 8,
  /** Index into END_STATES. */
  state: 9,
  /** Index into STAGES. */
  stage: 10,
  code: 11,
  /** Subject × 1000 + detail + 1 of the reply's enhanced status code (RFC 3463), 0 for none. */
  enhanced: 12,
  bytesIn: 13,
  bytesOut: 14,
  /** 1 when another attempt is due within the run, 2 when one is due later, 0 when none is. */
  retry: 15,
  /** Recipients of the whole message, and those of them that the target's domain does not have. */
  recipients: 16,
  dead: 17,
  /** Recipients answered in this attempt: all, with 2xx, with 5xx. */
  asked: 18,
  taken: 19,
  denied: 20,
  /** 1 for the null reverse path. */
  nullPath: 21,
  /** Index into TLS_USES. */
  tls: 22,
  /** First of the marks: see session-record.ts. */
  marks: 23,
} as const;
export const STRIDE = COLUMN.marks + MARKS;

export const RETRY = { none: 0, within: 1, later: 2 } as const;

/** Rows of `STRIDE` numbers. */
export interface OutcomeBatch {
  readonly rows: Float64Array;
  readonly count: number;
  /** Negative replies to RCPT by code: a session may have had many. */
  readonly refusals?: Readonly<Record<number, number>>;
}
