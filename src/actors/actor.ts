// What an actor kind and a dialect are. A kind turns a planned session into a script; a dialect says
// how one real system words its bounces and behaves in a session.

import type { Plan, PlannedActor, PlannedSession } from '../plan/plan.ts';
import type { Random } from '../plan/random.ts';
import type { DialectName } from '../scenario/scenario.ts';
import type { Script } from '../smtp/script.ts';
import type { EndState } from '../smtp/stage.ts';

/** How a system's SMTP client behaves. */
export interface SessionHabit {
  readonly greeting: 'EHLO' | 'HELO';
  readonly pipelining: boolean;
  readonly quit: Script['quit'];
  /** Goes on in TLS where it is offered. */
  readonly starttls?: boolean;
  /** Sends the message by BDAT where CHUNKING is offered. */
  readonly chunking?: boolean;
  /** Announces BODY=8BITMIME where that is offered: always, or (absent) for messages that need it. */
  readonly eightBitMime?: 'always';
  /** Sessions to one destination at once; as HOST_LIMIT where absent. */
  readonly concurrency?: number;
}

/**
 * Connections that a mail server opens to one destination at once: Postfix
 * (default_destination_concurrency_limit), qmail (concurrencyremote, which bounds them all together)
 * and Exchange (MaxPerDomainOutboundConnections) have the same default.
 */
export const HOST_LIMIT = 20;

/**
 * When a temporary failure is tried again: campaign milliseconds from the first attempt to attempt
 * `n` (n = 1 is the first retry); undefined once the sender gives up.
 */
export type RetrySchedule = (n: number) => number | undefined;

export interface Dialect {
  readonly name: DialectName;
  readonly habit: SessionHabit;
  readonly retry: RetrySchedule;
  /** When it tries ordinary mail again, where bounces have a rule of their own. */
  readonly mailRetry?: RetrySchedule;
  /** A further attempt comes from another address, as those of a provider with many machines do. */
  readonly roams?: boolean;
  /** The sender's address in the envelope; absent: the null reverse path. */
  readonly reversePath?: (host: string) => string;
  /**
   * Returns originals octet by octet and says so of 8-bit ones. Absent: it would recode those, or leave
   * them undeclared; its originals have 7 bits.
   */
  readonly returnsEightBit?: boolean;
  /** A whole RFC 5322 message with CRLF line ends, not dot-stuffed. */
  build(bounce: Bounce, random: Random): Promise<Buffer>;
}

/** The facts of one forged message and of its rejection, from which a dialect words a bounce. */
export interface Bounce {
  /** The host that bounces, e.g. `mx3.northwind.example`. */
  readonly reportingHost: string;
  /** The victim: the forged sender of the original, and the bounce's recipient. */
  readonly victim: string;
  /** The address that the spam could not be delivered to. */
  readonly failedRecipient: string;
  /** The host that refused it, and its words. */
  readonly remoteHost: string;
  readonly reply: { readonly code: number; readonly enhanced: string; readonly text: string };
  readonly original: OriginalMessage;
  /** When the bounce was made. */
  readonly date: Date;
}

/** The forged spam itself. CRLF line ends; one character per octet. */
export interface OriginalMessage {
  readonly headers: string;
  readonly body: string;
  readonly subject: string;
  /** Its body has letters beyond ASCII. */
  readonly eightBit: boolean;
}

/** What a kind builds ahead of a run: plain data that workers can be given. */
export type Material = Readonly<Record<string, readonly Uint8Array[]>>;

export interface ActorKind {
  /** Whether its sessions answer forged mail, which a host that honours an SPF record does not take. */
  readonly answersForgeries: boolean;
  /** Builds the messages; may take a second. */
  prepare(plan: Plan, planned: PlannedActor): Promise<Material>;
  /** How a worker plays this actor. */
  sender(plan: Plan, planned: PlannedActor, material: Material): Sender;
}

export interface Sender {
  /** What attempt `attempt` (0 is the first) of a session says. */
  script(session: PlannedSession, attempt: number): Script;
  /** Sessions that this one's host has with the victim at once, at least 1; the others wait their turn. */
  hostLimit(session: Pick<PlannedSession, 'host'>): number;
  /** Undefined: a temporary failure is not tried again. */
  retrySchedule(session: PlannedSession): RetrySchedule | undefined;
  /** The host from whose address an attempt comes; absent: the session's own. */
  addressHost?(session: PlannedSession, attempt: number): number;
  /** What the sender's own rules allow; absent: any number of sessions. */
  quota?(session: PlannedSession): Quota | undefined;
  /**
   * Which of its actor's ways of speaking a session has, such as its system; absent: there is one.
   * Lower-case words with hyphens, since files are named by it.
   */
  label?(session: PlannedSession): string;
  /** Whether an attempt that ended so is followed by the next at once, as steps of one callout are. */
  goesOn?(session: PlannedSession, attempt: number, state: EndState): boolean;
}

/**
 * How often a host does what a session does, as an autoresponder answers a sender once in 7 days. A
 * session beyond it does not take place and is counted as withheld.
 */
export interface Quota {
  /** Sessions of a host with the same key share the quota. A whole number below 2^20. */
  readonly key: number;
  readonly limit: number;
  /** Whether a session counts from its start, or from its end by what came of it. */
  readonly from: 'start' | 'end';
  /**
   * Campaign milliseconds until a session that ended so no longer counts; 0: it never did. Undefined: it
   * has only begun.
   */
  periodMs(state: EndState | undefined): number;
}
