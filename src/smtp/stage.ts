// The stages of an SMTP session in the order of the dialogue, and how a session can end.

export const STAGES = [
  'connect',
  'banner',
  'helo',
  'starttls',
  'mail',
  'rcpt',
  'data',
  'body',
  'quit',
] as const;
export type Stage = (typeof STAGES)[number];

/**
 * accepted: 250 after the final dot, or to the recipient of a probe, which sends no message. rejected: 5xx. deferred: 4xx. refused: no connection, or reset
 * before the banner. timedOut: the client's patience ended. dropped: the server closed or reset in
 * mid-session. garbled: an answer that is no SMTP. cut: ended by us at the drain's end, or still
 * waiting for a place at its own host then. unsent: never started, the in-flight limit was reached.
 * withheld: never started, by the sender's own rule (an autoresponder answers somebody once in 7 days).
 * averted: never started, since an SPF record had the forged mail refused that it would have answered.
 */
export const END_STATES = [
  'accepted',
  'rejected',
  'deferred',
  'refused',
  'timedOut',
  'dropped',
  'garbled',
  'cut',
  'unsent',
  'withheld',
  'averted',
] as const;
export type EndState = (typeof END_STATES)[number];

/** Sessions that their senders never meant to begin: they load nobody, and nothing went wrong. */
export const FORGONE: ReadonlySet<EndState> = new Set(['withheld', 'averted']);
