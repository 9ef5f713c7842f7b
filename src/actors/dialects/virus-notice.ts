// Notices of virus scanners, which accuse the forged sender: plain text, or a text and the headers as an
// attachment. Not delivery reports, and not marked as automatic. What was infected is not returned.

import { mailDomain, traitOf } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { BASE62, characters, HEX, pick } from '../draw.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { CRLF, composeMime, composePlain, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { postfixRetries } from '../retry-schedule.ts';
import { arrival } from './bounce-facts.ts';

/** Share of the hosts whose scanner sends as postmaster, not with a null sender. An assumption. */
const NAMED_SENDERS = 0.5;
const SUBJECTS = [
  'Your email contains VIRUSES',
  'VIRUS IN MAIL FROM YOU',
  'Warning: E-mail viruses detected',
] as const;
/** Names in the manner of scanners; none of a virus that there is. */
const VIRUSES = ['W32/Lamphook.A@mm', 'Worm.Quietriver-3', 'Trojan.Paperlantern'] as const;

export const virusNotice: Dialect = {
  name: 'virus-notice',
  // Appliances speak the least that works; an assumption.
  habit: { greeting: 'EHLO', pipelining: false, quit: 'wait' },
  // A gateway's own mail server is Postfix more often than anything else.
  retry: postfixRetries(),
  reversePath: (host) => (traitOf(host) < NAMED_SENDERS ? `postmaster@${mailDomain(host)}` : ''),
  build,
};

async function build(bounce: Bounce, random: Random): Promise<Buffer> {
  const zone = pickZone(random);
  const host = bounce.reportingHost;
  const head = [
    `Received: by ${host}; ${mailDate(bounce.date, zone)}`,
    `Date: ${mailDate(bounce.date, zone)}`,
    `From: "Virus scanner at ${host}" <postmaster@${mailDomain(host)}>`,
    `To: <${bounce.victim}>`,
    `Subject: ${pick(random, SUBJECTS)}`,
    `Message-ID: <VS${characters(random, HEX, 12)}@${host}>`,
    'MIME-Version: 1.0',
  ];
  const text = accusation(bounce, random);
  const headers = trace(bounce, zone, random) + bounce.original.headers;
  return random() < 0.5
    ? composePlain(
        [...head, 'Content-Type: text/plain; charset=us-ascii'],
        [...text, 'Its headers:', ''],
        headers,
      )
    : withAttachment(head, text, headers, random);
}

function accusation(bounce: Bounce, random: Random): string[] {
  return [
    `The virus scanner at ${bounce.reportingHost} stopped a message that bears your address`,
    `and was meant for <${bounce.failedRecipient}>. It found:`,
    '',
    `    ${pick(random, VIRUSES)} in ${pick(random, ['document', 'photo', 'letter'])}.zip`,
    '',
    'The message was thrown away. Have the machine that you write from looked at by a',
    'scanner that is up to date, and send the message again once it is clean. If it is',
    'not yours, somebody else used your address, and you may forget this notice.',
    '',
    `    Subject: ${bounce.original.subject}`,
    '',
  ];
}

function withAttachment(head: string[], text: string[], headers: string, random: Random) {
  const boundary = `=_${characters(random, BASE62, 24)}`;
  const tree = new Multipart(boundary);
  tree.append(rawPart(['Content-Type: text/plain; charset=us-ascii'], text.join(CRLF)));
  tree.append(
    rawPart(['Content-Type: text/rfc822-headers', 'Content-Disposition: attachment'], headers),
  );
  return composeMime([...head, `Content-Type: multipart/mixed; boundary="${boundary}"`], tree);
}

function trace(bounce: Bounce, zone: Zone, random: Random): string {
  const source = spamSource(bounce.reportingHost, random);
  return [
    `Received: from ${source.helo} ([${source.address}])`,
    `\tby ${bounce.reportingHost}; ${mailDate(arrival(bounce), zone)}`,
    '',
  ].join(CRLF);
}
