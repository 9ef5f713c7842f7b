// What the simulated internet's names hold. One record of a type is enough for all of them.

/** The records of one name; an empty one exists, and has none. */
export interface Records {
  readonly a?: string;
  readonly ptr?: string;
  /** The mail server's name; `.` where the domain takes no mail (RFC 7505). */
  readonly mx?: string;
  readonly txt?: string;
}

/** Of a name in small letters, without a dot at its end. Undefined: there is no such name. */
export type Zone = (name: string) => Records | undefined;

/** A mail server for all domains but the target's stands behind this name. */
export const SINK_NAME = 'sink.test';

/** Within the target's domain: a server behind the one that its MX record names. */
export const BEHIND_LABEL = 'behind';
