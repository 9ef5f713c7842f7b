// Non-delivery reports as Exchange 2007 and later build them: report > alternative (text, html), status,
// original. The text repeats the original's headers twice, which makes these the largest bounces.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, documentationAddress, HEX, integer } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, quotedPart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { exchangeRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';
import { htmlNotice, textNotice } from './exchange-notice.ts';

const OWN_WORDS: Readonly<Record<string, string>> = {
  '5.1.1': 'RESOLVER.ADR.RecipNotFound; not found',
  '5.2.2': 'STOREDRV.Deliver; mailbox full',
  '5.7.1': 'RESOLVER.RST.NotAuthorized; not authorized',
};

export const exchange: Dialect = {
  name: 'exchange',
  habit: { greeting: 'EHLO', pipelining: true, starttls: true, chunking: true, quit: 'wait' },
  retry: exchangeRetries(),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const boundary = guid(random);
  const original = received(bounce, zone, random) + bounce.original.headers;
  const tree = new Multipart(boundary);
  tree.append(readable(bounce, original, random));
  tree.append(status(bounce, zone, random));
  tree.append(
    rawPart(['Content-Type: message/rfc822'], `${original}${CRLF}${bounce.original.body}`),
  );
  return composeMime(head(bounce, boundary, zone, random), tree);
}

function head(bounce: Bounce, boundary: string, zone: Zone, random: Random): string[] {
  const domain = mailDomain(bounce.reportingHost);
  // Later versions mark their reports as automatic, earlier ones do not.
  const marked = random() < 0.5;
  return [
    `Received: from ${backEnd(bounce, random)} by ${bounce.reportingHost}`,
    ` (${documentationAddress(random)}) with Microsoft SMTP Server id ${version(random)};`,
    ` ${mailDate(bounce.date, zone)}`,
    'MIME-Version: 1.0',
    `From: Microsoft Outlook <MicrosoftExchange${characters(random, HEX, 32).toLowerCase()}@${domain}>`,
    `To: <${bounce.victim}>`,
    `Date: ${mailDate(bounce.date, zone)}`,
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    ...(marked ? ['X-MS-Exchange-Message-Is-Ndr:'] : []),
    'Content-Language: en-US',
    `Message-ID: <${guid(random)}@${bounce.reportingHost}>`,
    `Subject: Undeliverable: ${bounce.original.subject}`,
    ...(marked ? ['Auto-Submitted: auto-replied'] : []),
  ];
}

function readable(bounce: Bounce, originalHeaders: string, random: Random) {
  const notice = { bounce, diagnosis: diagnosis(bounce), originalHeaders };
  const boundary = guid(random);
  const pair = new Multipart(boundary);
  pair.append(quotedPart('text/plain; charset=us-ascii', textNotice(notice)));
  pair.append(quotedPart('text/html; charset=us-ascii', htmlNotice(notice)));
  const type = 'Content-Type: multipart/alternative; differences=Content-Type;';
  return rawPart([type, ` boundary=${boundary}`], `${pair}`);
}

function status(bounce: Bounce, zone: Zone, random: Random) {
  const lines = [
    `Reporting-MTA: dns;${bounce.reportingHost}`,
    `Received-From-MTA: dns;${spamSource(bounce.reportingHost, random).helo}`,
    `Arrival-Date: ${mailDate(arrival(bounce), zone)}`,
    '',
    `Original-Recipient: rfc822;${bounce.failedRecipient}`,
    `Final-Recipient: rfc822;${bounce.failedRecipient}`,
    'Action: failed',
    `Status: ${bounce.reply.enhanced}`,
    `Diagnostic-Code: smtp;${diagnosis(bounce)}`,
    '',
  ];
  return rawPart(['Content-Type: message/delivery-status'], lines.join(CRLF));
}

/** The trace of the original, which is the first line of its headers. */
function received(bounce: Bounce, zone: Zone, random: Random): string {
  const source = spamSource(bounce.reportingHost, random);
  return [
    `Received: from ${source.helo} (${source.address}) by ${bounce.reportingHost}`,
    ` (${documentationAddress(random)}) with Microsoft SMTP Server id ${version(random)};`,
    ` ${mailDate(arrival(bounce), zone)}`,
    '',
  ].join(CRLF);
}

/** What the host behind this one said, or Exchange's own word for the cause. */
function diagnosis(bounce: Bounce): string {
  const { enhanced, text } = bounce.reply;
  if (!isLocal(bounce)) return refusal(bounce);
  return `550 ${enhanced} ${OWN_WORDS[enhanced] ?? `STOREDRV.Deliver; ${text.toLowerCase()}`}`;
}

function backEnd(bounce: Bounce, random: Random): string {
  return `HUB${integer(random, 1, 9)}.${mailDomain(bounce.reportingHost)} (${documentationAddress(random)})`;
}

function version(random: Random): string {
  return `8.${integer(random, 1, 3)}.${integer(random, 100, 400)}.${integer(random, 0, 4)}`;
}

function guid(random: Random): string {
  return [8, 4, 4, 4, 12].map((n) => characters(random, HEX, n).toLowerCase()).join('-');
}
