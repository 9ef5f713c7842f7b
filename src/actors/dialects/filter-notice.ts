// Notices of spam filters, which tell the forged sender that "its" spam was held back: in the manner of
// Amavis or of Barracuda. Both return the headers only.

import { mailDomain, traitOf } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, HEX, integer } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { arrival } from './bounce-facts.ts';
import { postfix } from './postfix.ts';

/** Share of the hosts whose filter sends as postmaster, not with a null sender. An assumption. */
const NAMED_SENDERS = 0.25;

interface Filter {
  readonly subject: string;
  from(host: string): string;
  notice(bounce: Bounce, id: string): readonly string[];
  diagnosis(id: string): string;
}

const AMAVIS: Filter = {
  subject: 'Considered UNSOLICITED BULK EMAIL, apparently from you',
  from: (host) => `"Content-filter at ${host}" <postmaster@${host}>`,
  notice: (bounce, id) => [
    'The message that follows by its headers looks like bulk mail and bears your address.',
    'It was kept from:',
    '',
    `  ${bounce.failedRecipient}`,
    '',
    `The program at ${bounce.reportingHost} knows the case as ${id}.`,
  ],
  diagnosis: (id) => `554 5.7.1 Reject, id=${id} - SPAM`,
};

const BARRACUDA: Filter = {
  subject: '**Message you sent blocked by our bulk email filter**',
  from: (host) => `MAILER-DAEMON <MAILER-DAEMON@${host}>`,
  notice: (bounce) => [
    `Your message to: ${bounce.failedRecipient}`,
    'was held back by the spam firewall here. Its subject:',
    '',
    `  ${bounce.original.subject}`,
  ],
  diagnosis: (id) => `550 5.7.1 Message content rejected, UBE, id=${id}`,
};

export const filterNotice: Dialect = {
  name: 'filter-notice',
  // Both filters hand their mail to a Postfix.
  habit: postfix.habit,
  retry: postfix.retry,
  reversePath: (host) => (traitOf(host) < NAMED_SENDERS ? `postmaster@${mailDomain(host)}` : ''),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const filter = random() < 0.5 ? AMAVIS : BARRACUDA;
  const zone = pickZone(random);
  const host = bounce.reportingHost;
  const process = integer(random, 1000, 32_767);
  const id = `${process}-${String(integer(random, 1, 20)).padStart(2, '0')}`;
  const boundary = `----------=_${integer(random, 1e9, 2e9)}-${process}-0`;
  const tree = new Multipart(boundary);
  tree.append(
    rawPart(
      ['Content-Type: text/plain; charset="us-ascii"', 'Content-Disposition: inline'],
      [...filter.notice(bounce, id), ''].join(CRLF),
    ),
  );
  tree.append(status(bounce, zone, filter.diagnosis(id)));
  tree.append(returned(bounce, zone, random));
  return composeMime(
    [
      `Received: from localhost (localhost [127.0.0.1])`,
      `\tby ${host} (Postfix) with ESMTP id ${characters(random, HEX, 10)}`,
      `\tfor <${bounce.victim}>; ${mailDate(bounce.date, zone)}`,
      'Content-Type: multipart/report; report-type=delivery-status;',
      ` boundary="${boundary}"`,
      'MIME-Version: 1.0',
      `Subject: ${filter.subject}`,
      `Message-ID: <SS${process}.${characters(random, HEX, 8)}@${host}>`,
      `From: ${filter.from(host)}`,
      `To: <${bounce.victim}>`,
      `Date: ${mailDate(bounce.date, zone)}`,
    ],
    tree,
  );
}

function status(bounce: Bounce, zone: Zone, diagnosis: string) {
  const lines = [
    `Reporting-MTA: dns; ${bounce.reportingHost}`,
    `Arrival-Date: ${mailDate(arrival(bounce), zone)}`,
    '',
    `Final-Recipient: rfc822; ${bounce.failedRecipient}`,
    'Action: failed',
    'Status: 5.7.1',
    `Diagnostic-Code: smtp; ${diagnosis}`,
    `Last-Attempt-Date: ${mailDate(bounce.date, zone)}`,
    '',
  ];
  return rawPart(
    ['Content-Type: message/delivery-status', 'Content-Description: Delivery error report'],
    lines.join(CRLF),
  );
}

function returned(bounce: Bounce, zone: Zone, random: Random) {
  const source = spamSource(bounce.reportingHost, random);
  const trace = [
    `Received: from ${source.helo} (unknown [${source.address}])`,
    `\tby ${bounce.reportingHost} (Postfix) with SMTP id ${characters(random, HEX, 10)}`,
    `\tfor <${bounce.failedRecipient}>; ${mailDate(arrival(bounce), zone)}`,
    '',
  ].join(CRLF);
  return rawPart(
    ['Content-Type: text/rfc822-headers', 'Content-Description: Message headers'],
    trace + bounce.original.headers,
  );
}
