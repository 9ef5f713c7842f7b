// Bounces as Gmail builds them now: report > related > alternative with an icon, status, original.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, documentationAddress, HEX } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { gmailRetries } from '../retry-schedule.ts';
import { arrival, originalId, refusal } from './bounce-facts.ts';
import { gmailHtml, gmailText, ICON } from './gmail-notice.ts';

/** One sender for all of the provider's hosts. */
export const GMAIL_FROM = 'Mail Delivery Subsystem <mailer-daemon@googlemail.example>';
export const GMAIL_SUBJECT = 'Delivery Status Notification (Failure)';

export const gmail: Dialect = {
  name: 'gmail',
  // TLS wherever it is offered. That it sends by DATA and waits for the reply to QUIT is an assumption.
  habit: { greeting: 'EHLO', pipelining: true, starttls: true, quit: 'wait' },
  retry: gmailRetries(),
  roams: true,
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const boundary = hex(random, 20);
  const tree = new Multipart(boundary);
  tree.append(readable(bounce, random));
  tree.append(rawPart(['Content-Type: message/delivery-status'], status(bounce, zone, random)));
  tree.append(rawPart(['Content-Type: message/rfc822'], gmailReturned(bounce, zone, random)));
  return composeMime(
    [
      `Received: by ${bounce.reportingHost} with SMTP id ${hex(random, 17)};`,
      `        ${mailDate(bounce.date, zone)}`,
      `Content-Type: multipart/report; boundary="${boundary}"; report-type=delivery-status`,
      `From: ${GMAIL_FROM}`,
      `To: ${bounce.victim}`,
      'Auto-Submitted: auto-replied',
      `Subject: ${GMAIL_SUBJECT}`,
      `References: ${originalId(bounce)}`,
      `In-Reply-To: ${originalId(bounce)}`,
      `Message-ID: <${hex(random, 8)}.${hex(random, 8)}.${hex(random, 5)}@${bounce.reportingHost}>`,
      `Date: ${mailDate(bounce.date, zone)}`,
      'MIME-Version: 1.0',
    ],
    tree,
  );
}

function readable(bounce: Bounce, random: Random) {
  const outer = hex(random, 22);
  const inner = hex(random, 22);
  const related = new Multipart(outer);
  const pair = new Multipart(inner);
  pair.append(rawPart(['Content-Type: text/plain; charset=UTF-8'], gmailText(bounce)));
  pair.append(rawPart(['Content-Type: text/html; charset=UTF-8'], gmailHtml(bounce)));
  related.append(rawPart([`Content-Type: multipart/alternative; boundary=${inner}`], `${pair}`));
  const head = [
    'Content-Type: image/png; name="icon.png"',
    'Content-Disposition: attachment; filename="icon.png"',
    'Content-Transfer-Encoding: base64',
    'Content-ID: <icon.png>',
  ];
  related.append(rawPart(head, ICON.replace(/.{76}/g, `$&${CRLF}`) + CRLF));
  return rawPart([`Content-Type: multipart/related; boundary=${outer}`], `${related}`);
}

function status(bounce: Bounce, zone: Zone, random: Random): string {
  return [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    `Received-From-MTA: dns; ${bounce.victim}`,
    `Arrival-Date: ${mailDate(arrival(bounce), zone)}`,
    `X-Original-Message-ID: ${originalId(bounce)}`,
    '',
    `Final-Recipient: rfc822; ${bounce.failedRecipient}`,
    'Action: failed',
    `Status: ${bounce.reply.enhanced}`,
    `Remote-MTA: dns; ${bounce.remoteHost}. (${documentationAddress(random)}, the server for the domain.)`,
    `Diagnostic-Code: smtp; ${refusal(bounce)}`,
    `Last-Attempt-Date: ${mailDate(bounce.date, zone)}`,
    '',
  ].join(CRLF);
}

/** The original below the trace that Gmail's own hosts put on top. */
export function gmailReturned(bounce: Bounce, zone: Zone, random: Random): string {
  const source = spamSource(bounce.reportingHost, random);
  const trace = [
    `Return-Path: <${bounce.victim}>`,
    `Received: from ${source.helo} (${source.helo}. [${source.address}])`,
    `        by ${bounce.reportingHost} with SMTP id ${hex(random, 17)}`,
    `        for <${bounce.failedRecipient}>;`,
    `        ${mailDate(arrival(bounce), zone)}`,
    '',
  ].join(CRLF);
  return trace + bounce.original.headers + CRLF + bounce.original.body;
}

function hex(random: Random, length: number): string {
  return characters(random, HEX, length).toLowerCase();
}
