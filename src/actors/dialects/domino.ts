// Delivery failures as Lotus Domino words them, in the form of a report with the original. (Its other
// form is the text alone.)

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, HEX } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { exchangeRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';

/** Seconds. Undelivered mail expires after a day; that it is tried every 15 min is an assumption. */
const LIFETIME = 86_400;

export const domino: Dialect = {
  name: 'domino',
  // TLS to other servers is off unless an administrator asks for it. The rest is an assumption.
  habit: { greeting: 'EHLO', pipelining: false, quit: 'wait' },
  retry: exchangeRetries(LIFETIME),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const id = noteId(random);
  const boundary = `==IFJRGLKFGIR${characters(random, HEX, 8)}UHRUHIHD`;
  const tree = new Multipart(boundary);
  tree.append(rawPart(['Content-Type: text/plain; charset=us-ascii'], notice(bounce)));
  tree.append(rawPart(['Content-Type: message/delivery-status'], status(bounce, zone)));
  tree.append(rawPart(['Content-Type: message/rfc822'], returned(bounce, zone, random)));
  return composeMime(
    [
      `From: Postmaster@${mailDomain(bounce.reportingHost)}`,
      `To: ${bounce.victim}`,
      `Date: ${mailDate(bounce.date, zone)}`,
      `Subject: DELIVERY FAILURE: ${diagnosis(bounce)}`,
      'MIME-Version: 1.0',
      `Message-ID: <${id}@${mailDomain(bounce.reportingHost)}>`,
      `X-MIMETrack: Itemize by SMTP Server on ${bounce.reportingHost}(Release 7.0.3)`,
      'Content-Type: multipart/report; report-type=delivery-status;',
      `\tboundary="${boundary}"`,
    ],
    tree,
  );
}

function notice(bounce: Bounce): string {
  return [
    'Your message',
    '',
    `  Subject: ${bounce.original.subject}`,
    '',
    'was not delivered to:',
    '',
    `  ${bounce.failedRecipient}`,
    '',
    'because:',
    '',
    `  ${diagnosis(bounce)}`,
    '',
  ].join(CRLF);
}

function status(bounce: Bounce, zone: Zone): string {
  return [
    `Reporting-MTA: dns;${bounce.reportingHost}`,
    `Arrival-Date: ${mailDate(arrival(bounce), zone)}`,
    '',
    `Final-Recipient: rfc822;${bounce.failedRecipient}`,
    'Action: failed',
    `Status: ${bounce.reply.enhanced}`,
    ...(isLocal(bounce) ? [] : [`Remote-MTA: dns;${bounce.remoteHost}`]),
    `Diagnostic-Code: ${isLocal(bounce) ? 'X-Notes' : 'smtp'}; ${diagnosis(bounce)}`,
    '',
  ].join(CRLF);
}

function returned(bounce: Bounce, zone: Zone, random: Random): string {
  const source = spamSource(bounce.reportingHost, random);
  const trace = [
    `Received: from ${source.helo} ([${source.address}])`,
    `          by ${bounce.reportingHost} (Lotus Domino Release 7.0.3)`,
    `          with SMTP id ${noteId(random)};`,
    `          ${mailDate(arrival(bounce), zone)}`,
    '',
  ].join(CRLF);
  return trace + bounce.original.headers + CRLF + bounce.original.body;
}

/** What the host behind said, or the directory's own word for an unknown user. */
function diagnosis(bounce: Bounce): string {
  if (!isLocal(bounce)) return refusal(bounce);
  const address = bounce.failedRecipient;
  return bounce.reply.enhanced === '5.1.1'
    ? `User ${address.split('@')[0]} (${address}) not listed in Domino Directory`
    : bounce.reply.text;
}

/** `OF1A2B3C4D.5E6F7A8B-ON80257418.00312345-80257418.00312345` */
function noteId(random: Random): string {
  const part = () => characters(random, HEX, 8);
  const [database, replica] = [part(), part()];
  return `OF${part()}.${part()}-ON${database}.${replica}-${database}.${replica}`;
}
