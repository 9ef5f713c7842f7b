// Bounces as Postfix' bounce(8) builds them: a report of three parts, the queue's own fields in the
// status, the original's headers only when it is larger than bounce_size_limit.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, documentationAddress, HEX } from '../draw.ts';
import { wrapText } from '../filler-text.ts';
import { compactDate, mailDate, pickZone, unixSeconds, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, EIGHT_BIT_FIELD, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { postfixRetries } from '../retry-schedule.ts';
import { arrival, isLocal } from './bounce-facts.ts';

/** bounce_size_limit, in bytes. */
const SIZE_LIMIT = 50_000;
const WIDTH = 79;

export const postfix: Dialect = {
  name: 'postfix',
  // Opportunistic TLS (`may`): what Debian's main.cf says, and the default of 3.11. It
  // sends by DATA always: its client has no BDAT.
  // smtp_proto.c: QUIT goes out before the reply to the dot is seen; smtp_skip_quit_response is on.
  habit: { greeting: 'EHLO', pipelining: true, starttls: true, quit: 'with-dot' },
  retry: postfixRetries(),
  returnsEightBit: true,
  build,
};

/** What both the bounce and the message that it returns are known by. */
interface Queue {
  readonly bounceId: string;
  readonly originalId: string;
  readonly zone: Zone;
}

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const queue = { bounceId: queueId(random), originalId: queueId(random), zone: pickZone(random) };
  const host = bounce.reportingHost;
  const boundary = `${queue.originalId}.${unixSeconds(bounce.date)}/${host}`;
  const tree = new Multipart(
    boundary,
    `The parts of this message are in MIME format.${CRLF}${CRLF}`,
  );
  tree.append(notification(bounce, random));
  tree.append(deliveryReport(bounce, queue));
  tree.append(returned(bounce, queue, random));
  return composeMime(
    [
      `Received: by ${host} (Postfix)`,
      `\tid ${queue.bounceId}; ${stamp(bounce.date, queue.zone)}`,
      `Date: ${stamp(bounce.date, queue.zone)}`,
      `From: MAILER-DAEMON@${host} (Mail Delivery System)`,
      'Subject: Undelivered Mail Returned to Sender',
      `To: ${bounce.victim}`,
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status;',
      `\tboundary="${boundary}"`,
      ...encoding(bounce),
      `Message-Id: <${compactDate(bounce.date)}.${queue.bounceId}@${host}>`,
    ],
    tree,
  );
}

function notification(bounce: Bounce, random: Random) {
  const { code, enhanced, text } = bounce.reply;
  const cause = isLocal(bounce)
    ? text
    : `host ${bounce.remoteHost}[${documentationAddress(random)}] said: ${code} ${enhanced} ${text} (in reply to RCPT TO command)`;
  const lines = [
    `This is the mail system at host ${bounce.reportingHost}.`,
    '',
    'A message under your address could not be handed on. The reason is given for',
    'each of its recipients below; the message itself, or its headers, comes last.',
    '',
    'Questions about this host go to its postmaster. Quote this report when you ask;',
    'what you wrote yourself may be left out.',
    '',
    '                   The mail system',
    '',
    ...wrapText(`<${bounce.failedRecipient}>: ${cause}`, WIDTH, '    '),
    '',
  ];
  return rawPart(
    ['Content-Description: Notification', 'Content-Type: text/plain; charset=us-ascii'],
    lines.join(CRLF),
  );
}

function deliveryReport(bounce: Bounce, queue: Queue) {
  const { code, enhanced, text } = bounce.reply;
  const cause = isLocal(bounce)
    ? [`Diagnostic-Code: X-Postfix; ${text}`]
    : [
        `Remote-MTA: dns; ${bounce.remoteHost}`,
        ...wrapText(`Diagnostic-Code: smtp; ${code} ${enhanced} ${text}`, WIDTH, '    '),
      ];
  const lines = [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    `X-Postfix-Queue-ID: ${queue.originalId}`,
    `X-Postfix-Sender: rfc822; ${bounce.victim}`,
    `Arrival-Date: ${stamp(arrival(bounce), queue.zone)}`,
    '',
    `Final-Recipient: rfc822; ${bounce.failedRecipient}`,
    `Original-Recipient: rfc822;${bounce.failedRecipient}`,
    'Action: failed',
    `Status: ${enhanced}`,
    ...cause,
    '',
  ];
  return rawPart(
    ['Content-Description: Delivery report', 'Content-Type: message/delivery-status'],
    lines.join(CRLF),
  );
}

function returned(bounce: Bounce, queue: Queue, random: Random) {
  const source = spamSource(bounce.reportingHost, random);
  const trace = [
    `Return-Path: <${bounce.victim}>`,
    `Received: from ${source.helo} (unknown [${source.address}])`,
    `\tby ${bounce.reportingHost} (Postfix) with SMTP id ${queue.originalId}`,
    `\tfor <${bounce.failedRecipient}>; ${stamp(arrival(bounce), queue.zone)}`,
    '',
  ].join(CRLF);
  const { headers, body } = bounce.original;
  if (!isReturnedWhole(bounce)) {
    return rawPart(
      ['Content-Description: Undelivered Message Headers', 'Content-Type: text/rfc822-headers'],
      trace + headers,
    );
  }
  return rawPart(
    [
      'Content-Description: Undelivered Message',
      'Content-Type: message/rfc822',
      ...encoding(bounce),
    ],
    trace + headers + CRLF + body,
  );
}

function isReturnedWhole({ original: { headers, body } }: Bounce): boolean {
  return headers.length + body.length <= SIZE_LIMIT;
}

/** Of the bounce and of the original within alike. */
function encoding(bounce: Bounce): string[] {
  return bounce.original.eightBit && isReturnedWhole(bounce) ? [EIGHT_BIT_FIELD] : [];
}

function queueId(random: Random): string {
  return characters(random, HEX, 10);
}

function stamp(date: Date, zone: Zone): string {
  return `${mailDate(date, zone)} (${zone.name})`;
}
