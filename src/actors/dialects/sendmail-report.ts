// What Sendmail's bounces and its warnings have in common: a report of text with a transcript, status
// and original, or the original's headers.

import type { Random } from '../../plan/random.ts';
import type { Bounce } from '../actor.ts';
import { BASE62, characters, integer } from '../draw.ts';
import { compactDate, mailDate, pickZone, unixSeconds, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, EIGHT_BIT_FIELD, Multipart, rawPart } from '../mime.ts';
import { type SpamSource, spamSource } from '../original.ts';

export const SENDMAIL_VERSION = '8.14.2/8.14.2';

/** What tells a failure from a warning. */
export interface SendmailManner {
  readonly subject: string;
  /** The comment of Auto-Submitted: auto-generated. */
  readonly occasion: string;
  /** When the original came in. */
  readonly arrival: Date;
  /** Words ahead of the list of addresses. */
  readonly opening: readonly string[];
  readonly errors: string;
  readonly reason: readonly string[];
  readonly transcript: readonly string[];
  /** Fields of the recipient's block in the status, after its address. */
  readonly fate: (zone: Zone) => readonly string[];
  readonly returns: 'whole' | 'headers';
}

interface Report {
  readonly bounce: Bounce;
  readonly manner: SendmailManner;
  readonly zone: Zone;
  readonly source: SpamSource;
}

export async function sendmailReport(
  bounce: Bounce,
  manner: SendmailManner,
  random: Random,
): Promise<Buffer> {
  const zone = pickZone(random);
  const report = { bounce, manner, zone, source: spamSource(bounce.reportingHost, random) };
  const host = bounce.reportingHost;
  const id = sendmailId(bounce.date, random);
  const boundary = `${id}.${unixSeconds(bounce.date)}/${host}`;
  const tree = new Multipart(
    boundary,
    `The parts of this message are in MIME format.${CRLF}${CRLF}`,
  );
  tree.append(rawPart([], transcript(report)));
  tree.append(rawPart(['Content-Type: message/delivery-status'], status(report)));
  tree.append(returned(report, sendmailId(manner.arrival, random)));
  return composeMime(
    [
      'Received: from localhost (localhost)',
      `\tby ${host} (${SENDMAIL_VERSION}) id ${id};`,
      `\t${mailDate(bounce.date, zone)}`,
      `Date: ${mailDate(bounce.date, zone)}`,
      `From: Mail Delivery Subsystem <MAILER-DAEMON@${host}>`,
      `Message-Id: <${compactDate(bounce.date).slice(0, 12)}.${id}@${host}>`,
      `To: <${bounce.victim}>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status;',
      `\tboundary="${boundary}"`,
      ...encoding(report),
      `Subject: ${manner.subject}`,
      `Auto-Submitted: auto-generated (${manner.occasion})`,
    ],
    tree,
  );
}

function transcript({ bounce, manner, zone, source }: Report): string {
  return [
    ...manner.opening,
    `Your message came in on ${mailDate(manner.arrival, zone)}`,
    `from ${source.helo} [${source.address}]`,
    '',
    `   ----- The following addresses had ${manner.errors} errors -----`,
    `<${bounce.failedRecipient}>`,
    ...manner.reason,
    '',
    '   ----- Transcript of session follows -----',
    ...manner.transcript,
    '',
  ].join(CRLF);
}

function status({ bounce, manner, zone, source }: Report): string {
  return [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    `Received-From-MTA: DNS; ${source.helo}`,
    `Arrival-Date: ${mailDate(manner.arrival, zone)}`,
    '',
    `Final-Recipient: RFC822; ${bounce.failedRecipient}`,
    ...manner.fate(zone),
    `Last-Attempt-Date: ${mailDate(bounce.date, zone)}`,
    '',
  ].join(CRLF);
}

function returned(report: Report, id: string) {
  const { bounce, manner, zone, source } = report;
  const headers = [
    `Return-Path: <${bounce.victim}>`,
    `Received: from ${source.helo} (${source.helo} [${source.address}])`,
    `\tby ${bounce.reportingHost} (${SENDMAIL_VERSION}) with SMTP id ${id}`,
    `\tfor <${bounce.failedRecipient}>; ${mailDate(manner.arrival, zone)}`,
    bounce.original.headers,
  ].join(CRLF);
  return manner.returns === 'headers'
    ? rawPart(['Content-Type: text/rfc822-headers'], headers)
    : rawPart(
        ['Content-Type: message/rfc822', ...encoding(report)],
        headers + CRLF + bounce.original.body,
      );
}

/** Of the report and of the original within alike. */
function encoding({ bounce, manner }: Report): string[] {
  return bounce.original.eightBit && manner.returns === 'whole' ? [EIGHT_BIT_FIELD] : [];
}

/** `m2P900Zh018575`: year to second a character each, two of a sequence, the process. */
export function sendmailId(date: Date, random: Random): string {
  const time = [
    (date.getUTCFullYear() - 1900) % 60,
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ].map((value) => BASE62.charAt(value));
  const process = String(integer(random, 1000, 32_767)).padStart(6, '0');
  return `${time.join('')}${characters(random, BASE62, 2)}${process}`;
}
