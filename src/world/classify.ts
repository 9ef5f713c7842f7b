// What a message is that a target sent, by its envelope and its first bytes. Pure.
import { type BounceFacts, type DeliveryKind, LEDGER_ID } from './delivery.ts';

export interface Envelope {
  readonly reversePath: string;
  readonly recipients: readonly string[];
  /** Some recipient is not of the target's own domain. */
  readonly leaves: boolean;
}

export interface Classified {
  readonly kind: DeliveryKind;
  readonly id: string | undefined;
  readonly bounce?: BounceFacts;
}

/** Bytes of a message that are looked at: a report and what it returns of a message stand within them. */
export const MOST_READ = 131_072;

/**
 * A bounce leaves the target's own domain: one that comes into it was written by somebody else, and is
 * delivered like any mail. Its sender is null (RFC 3464 §2), or the address that Postfix sends what must
 * not bounce again from.
 * @param text the message's first bytes, as latin1.
 */
export function classify(envelope: Envelope, text: string): Classified {
  const header = headerOf(text);
  const id = LEDGER_ID.exec(header)?.[1];
  if (id !== undefined) return { kind: 'legitimate', id };
  if (!envelope.leaves) return { kind: 'unsolicited', id };
  if (!isBounce(envelope.reversePath, header)) return { kind: 'other', id };
  const body = text.slice(header.length);
  const about = LEDGER_ID.exec(body)?.[1];
  const failed = body.match(/^Final-Recipient:/gim)?.length ?? 0;
  // A report in free form speaks of one recipient at least.
  return { kind: 'bounce', id, bounce: { failed: Math.max(1, failed), ...(about && { about }) } };
}

/** The fields without the empty line, or all there is of them. */
export function headerOf(text: string): string {
  return text.split('\r\n\r\n', 1)[0] ?? '';
}

const REPORT = /^Content-Type:\s*multipart\/report\b/im;
/** Of systems that report in free form. */
const REPORTER = /^From:.*\b(?:mailer-daemon|postmaster)\b/im;

/** A report in parts, of which the first is for people (RFC 6522). */
export function isReport(header: string): boolean {
  return REPORT.test(header);
}

function isBounce(reversePath: string, header: string): boolean {
  const ownSender = reversePath === '' || isDoubleBounce(reversePath);
  return ownSender && (isReport(header) || REPORTER.test(header));
}

/** Postfix' double_bounce_sender, which it also asks about addresses from. */
export function isDoubleBounce(reversePath: string): boolean {
  return /^double-bounce@/i.test(reversePath);
}
