// Non-delivery reports as Exchange's Internet Mail Service built them up to 2003: no report, but a text
// in a fixed order and the original as an attachment.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, HEX, integer } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { exchangeRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';

/** MAPI's codes, which the report gives as its diagnosis. */
const UNKNOWN_RECIPIENT = '000C05A6';
const REFUSED_ELSEWHERE = '000B09B6';

export const exchange2003: Dialect = {
  name: 'exchange-2003',
  // The mail service of its day waits for each reply, and knows neither TLS nor BDAT.
  habit: { greeting: 'EHLO', pipelining: false, quit: 'wait' },
  retry: exchangeRetries(),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const version = `5.5.${integer(random, 2448, 2658)}.${integer(random, 1, 28)}`;
  const boundary = `----_=_NextPart_000_01C${characters(random, HEX, 5)}.${characters(random, HEX, 8)}`;
  const original = bounce.original.headers + CRLF + bounce.original.body;
  const tree = new Multipart(
    boundary,
    `The parts of this message are in MIME format.${CRLF}${CRLF}`,
  );
  tree.append(
    rawPart(['Content-Type: text/plain;', '\tcharset="iso-8859-1"'], notice(bounce, zone, random)),
  );
  tree.append(rawPart(['Content-Type: message/rfc822'], original));
  return composeMime(
    [
      `Received: by ${bounce.reportingHost} with Internet Mail Service (${version})`,
      `\tid <${characters(random, HEX, 8)}>; ${mailDate(bounce.date, zone)}`,
      `Message-ID: <${characters(random, HEX, 40)}@${bounce.reportingHost}>`,
      `From: System Administrator <postmaster@${mailDomain(bounce.reportingHost)}>`,
      `To: ${bounce.victim}`,
      `Subject: Undeliverable: ${bounce.original.subject}`,
      `Date: ${mailDate(bounce.date, zone)}`,
      'MIME-Version: 1.0',
      `X-Mailer: Internet Mail Service (${version})`,
      'X-MS-Embedded-Report:',
      'Content-Type: multipart/mixed;',
      `\tboundary="${boundary}"`,
    ],
    tree,
  );
}

function notice(bounce: Bounce, zone: Zone, random: Random): string {
  const site = mailDomain(bounce.reportingHost).split('.')[0]?.toUpperCase() ?? '';
  const code = bounce.reply.enhanced === '5.1.1' ? UNKNOWN_RECIPIENT : REFUSED_ELSEWHERE;
  return [
    'Your message',
    '',
    `  To:      ${bounce.failedRecipient}`,
    `  Subject: ${bounce.original.subject}`,
    `  Sent:    ${mailDate(arrival(bounce), zone)}`,
    '',
    'did not reach the following recipient(s):',
    '',
    `${bounce.failedRecipient} on ${mailDate(bounce.date, zone)}`,
    `    ${isLocal(bounce) ? bounce.reply.text : refusal(bounce)}`,
    `    MSEXCH:IMS:${site}:SITE${integer(random, 1, 9)}:EX${integer(random, 1, 9)} 0 (${code}) ${bounce.reply.text}`,
    '',
  ].join(CRLF);
}
