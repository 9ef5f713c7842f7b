// Bounces as Exim has built them since 4.86: X-Failed-Recipients in the head, a report of three parts,
// and a status that is always 5.0.0 and gives no arrival date.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { BASE62, characters, documentationAddress, integer } from '../draw.ts';
import { mailDate, pickZone, unixSeconds, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, mimeTree, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { eximRetries } from '../retry-schedule.ts';

/** bounce_return_size_limit, in bytes: a longer original is cut. */
const SIZE_LIMIT = 100_000;
/** The usual packaging's ignore_bounce_errors_after, in seconds. */
const DROP_AFTER = 2 * 86_400;

export const exim: Dialect = {
  name: 'exim',
  habit: { greeting: 'EHLO', pipelining: true, quit: 'wait' },
  retry: eximRetries(DROP_AFTER),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const host = bounce.reportingHost;
  const id = messageId(bounce.date, random);
  const boundary = `${unixSeconds(bounce.date)}-eximdsn-${integer(random, 1e8, 2_147_483_647)}`;
  const tree = mimeTree(`multipart/report; boundary=${boundary}`);
  tree.appendChild(notice(bounce, random));
  tree.appendChild(status(bounce));
  tree.appendChild(returned(bounce, zone, random));
  return composeMime(
    [
      `Received: from mail by ${host} with local (Exim 4.89)`,
      `\tid ${id}`,
      `\tfor ${bounce.victim}; ${mailDate(bounce.date, zone)}`,
      `X-Failed-Recipients: ${bounce.failedRecipient}`,
      'Auto-Submitted: auto-replied',
      `From: Mail Delivery System <Mailer-Daemon@${host}>`,
      `To: ${bounce.victim}`,
      `Content-Type: multipart/report; report-type=delivery-status; boundary=${boundary}`,
      'MIME-Version: 1.0',
      'Subject: Mail delivery failed: returning message to sender',
      `Message-Id: <E${id}@${host}>`,
      `Date: ${mailDate(bounce.date, zone)}`,
    ],
    tree,
  );
}

function notice(bounce: Bounce, random: Random) {
  const cause = isLocal(bounce)
    ? [`    ${bounce.reply.text}`]
    : [
        `    host ${bounce.remoteHost} [${documentationAddress(random)}]`,
        `    SMTP error from remote mail server after RCPT TO:<${bounce.failedRecipient}>:`,
        `    ${refusal(bounce)}`,
      ];
  const lines = [
    'This message was created automatically by mail delivery software.',
    '',
    'Your mail did not reach:',
    '',
    `  ${bounce.failedRecipient}`,
    ...cause,
    '',
  ];
  return rawPart(['Content-type: text/plain; charset=us-ascii'], lines.join(CRLF));
}

function status(bounce: Bounce) {
  const cause = isLocal(bounce)
    ? []
    : [`Remote-MTA: dns; ${bounce.remoteHost}`, `Diagnostic-Code: smtp; ${refusal(bounce)}`];
  const lines = [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    '',
    'Action: failed',
    `Final-Recipient: rfc822;${bounce.failedRecipient}`,
    'Status: 5.0.0',
    ...cause,
    '',
  ];
  return rawPart(['Content-type: message/delivery-status'], lines.join(CRLF));
}

function returned(bounce: Bounce, zone: Zone, random: Random) {
  const source = spamSource(bounce.reportingHost, random);
  const arrival = new Date(bounce.date.getTime() - 2000);
  const trace = [
    `Return-path: <${bounce.victim}>`,
    `Received: from [${source.address}] (helo=${source.helo})`,
    `\tby ${bounce.reportingHost} with smtp (Exim 4.89)`,
    `\t(envelope-from <${bounce.victim}>)`,
    `\tid ${messageId(arrival, random)}`,
    `\tfor ${bounce.failedRecipient}; ${mailDate(arrival, zone)}`,
    '',
  ].join(CRLF);
  const body = wholeLines(bounce.original.body, SIZE_LIMIT);
  return rawPart(['Content-type: message/rfc822'], trace + bounce.original.headers + CRLF + body);
}

/** `1JdeKb-0004fL-2w`: seconds, process and fraction of a second, in base 62. */
function messageId(date: Date, random: Random): string {
  let seconds = unixSeconds(date);
  let time = '';
  for (let place = 0; place < 6; place += 1) {
    time = BASE62.charAt(seconds % 62) + time;
    seconds = Math.floor(seconds / 62);
  }
  return `${time}-000${characters(random, BASE62, 3)}-${characters(random, BASE62, 2)}`;
}

function wholeLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, text.lastIndexOf(CRLF, limit - CRLF.length) + CRLF.length);
}

function refusal(bounce: Bounce): string {
  const { code, enhanced, text } = bounce.reply;
  return `${code} ${enhanced} ${text}`;
}

function isLocal(bounce: Bounce): boolean {
  return bounce.remoteHost === bounce.reportingHost;
}
