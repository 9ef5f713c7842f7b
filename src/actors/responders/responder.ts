// What a responder is: a system that answers mail by itself, and so answers the forged spam. As a
// dialect does for bounces, it says how one real system words its answers and behaves in a session.

import type { Random } from '../../plan/random.ts';
import type { ResponderName } from '../../scenario/scenario.ts';
import type { OriginalMessage, RetrySchedule, SessionHabit } from '../actor.ts';

export interface Responder {
  readonly name: ResponderName;
  readonly habit: SessionHabit;
  readonly retry: RetrySchedule;
  /** The sender's address in the envelope; empty: the null reverse path. */
  reversePath(sender: Correspondent): string;
  /** A whole RFC 5322 message with CRLF line ends, not dot-stuffed. */
  build(answer: Answer, random: Random): Promise<Buffer>;
}

/** Whom the spam was sent to: a person or a mailing list. */
export interface Correspondent {
  /** The mail server that answers, e.g. `mx1.northwind.example`. */
  readonly host: string;
  /** `ingrid.larsen@northwind.example` */
  readonly address: string;
  /** `Ingrid Larsen`; of a list, how its owner writes it. */
  readonly name: string;
}

/** The facts of one forged message and of who got it, from which a responder words an answer. */
export interface Answer {
  readonly sender: Correspondent;
  /** The forged sender of the original, and the answer's recipient. */
  readonly victim: string;
  readonly original: OriginalMessage;
  /** When the answer was written. */
  readonly date: Date;
}

/** `ingrid.larsen@northwind.example` → `ingrid.larsen` */
export function localPart(address: string): string {
  return address.slice(0, address.indexOf('@'));
}
