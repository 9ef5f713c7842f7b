// What people are shown of the mail that a target sent of its own accord: of a report of non-delivery
// first of all what failed and why, and of many messages those that differ.
import { type Envelope, headerOf, isReport } from './classify.ts';
import type { DeliveryKind, MessageSample } from './delivery.ts';

const MOST_LINES = 4;
const MOST_CHARACTERS = 120;
/** Of the text that is looked at for its first lines. */
const MOST_WORDS = 4096;
/** Messages of each kind that are shown. */
const MOST_SAMPLES = 5;

/** Keeps the first of each sort, so that what is rare stands beside what is frequent. */
export class Samples {
  readonly #seen = new Map<DeliveryKind, Set<string>>();

  /** Undefined for a message like one that was taken, and when there are enough of its kind. */
  take(kind: DeliveryKind, envelope: Envelope, text: string): MessageSample | undefined {
    const seen = this.#seen.get(kind) ?? new Set();
    if (seen.size >= MOST_SAMPLES) return undefined;
    const sort = sortOf(text);
    if (seen.has(sort)) return undefined;
    this.#seen.set(kind, seen.add(sort));
    return sampleOf(kind, envelope, text);
  }
}

/** What it says, without what differs from one recipient, message or moment to the next. */
function sortOf(text: string): string {
  const header = headerOf(text);
  const [first] = failuresIn(text.slice(header.length));
  const said = first ? `${first.status} ${first.diagnostic}` : field('Subject', header);
  return `${said}`.replaceAll(/<?[^\s<>()]+@[^\s<>()]+>?/g, '@').replaceAll(VARYING, '#');
}

/** IP addresses, queue ids, times; enhanced status codes stay. */
const VARYING = /\b\d+\.\d+\.\d+\.\d+\b|\b[0-9A-F]{8,}\b|\b\d{4,}\b/g;

export function sampleOf(kind: DeliveryKind, envelope: Envelope, text: string): MessageSample {
  const header = headerOf(text);
  return {
    kind,
    from: printable(envelope.reversePath),
    to: printable(envelope.recipients.join(', ')),
    subject: printable(field('Subject', header) ?? ''),
    lines: linesOf(header, text.slice(header.length)).slice(0, MOST_LINES),
  };
}

function linesOf(header: string, body: string): string[] {
  const words = wordsOf(header, body);
  const [first, ...others] = failuresIn(body);
  if (!first) return words.map(printable);
  const { recipient, status, diagnostic } = first;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const human = words.join(' ');
  return [
    `Final-Recipient: ${recipient}${more}`,
    status && `Status: ${status}`,
    diagnostic && `Diagnostic-Code: ${diagnostic}`,
    /^.*?[.!?](?= |$)/.exec(human)?.[0] ?? human,
  ].flatMap((line) => (line ? [printable(line)] : []));
}

interface Failure {
  readonly recipient: string;
  readonly status: string | undefined;
  readonly diagnostic: string | undefined;
}

/** The message that a report returns: it may be a report itself. */
const RETURNED = /^Content-Type:\s*(?:message\/(?:rfc822|global)|text\/rfc822-headers)\s*(?:;|$)/im;

/** The groups of fields about a recipient (RFC 3464 §2.3); none in a report in free form. */
function failuresIn(body: string): Failure[] {
  const [report = ''] = body.split(RETURNED, 1);
  const [, ...groups] = report.split(/^(?=Final-Recipient:)/im);
  return groups.map((group) => {
    const [fields = ''] = group.split('\r\n\r\n', 1);
    return {
      recipient: field('Final-Recipient', fields) ?? '',
      status: field('Status', fields),
      diagnostic: field('Diagnostic-Code', fields),
    };
  });
}

/** What it says to people first, without the frame of its parts. */
function wordsOf(header: string, body: string): string[] {
  // What stands before the first part is for programs that know no parts.
  const start = isReport(header) ? Math.max(0, body.indexOf('\r\n--')) : 0;
  return body
    .slice(start, start + MOST_WORDS)
    .split(/\r?\n/)
    .map((line) => line.replaceAll(/[^\x21-\x7e]+/g, ' ').trim())
    .filter((line) => line !== '' && !/^(?:--|Content-)/i.test(line));
}

/** The value of the first such field, without its folds. */
function field(name: string, fields: string): string | undefined {
  const value = new RegExp(`^${name}:(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(fields)?.[1];
  return value?.replaceAll(/\s+/g, ' ').trim();
}

function printable(text: string): string {
  const clean = text.replaceAll(/[^\x21-\x7e]+/g, ' ').trim();
  return clean.length <= MOST_CHARACTERS ? clean : `${clean.slice(0, MOST_CHARACTERS - 1)}…`;
}
