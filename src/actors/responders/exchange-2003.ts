// Out-of-office answers of Exchange 2003: text and HTML in its own kind of multipart. Nothing but the
// subject says that they are automatic, nor whose answer they are.

import type { Random } from '../../plan/random.ts';
import { exchange2003 as exchange2003Bounces } from '../dialects/exchange-2003.ts';
import { characters, documentationAddress, HEX } from '../draw.ts';
import { mailDate, pickZone } from '../mail-date.ts';
import { CRLF, composeMime } from '../mime.ts';
import { absence } from './absence.ts';
import {
  exchangeBodies,
  exchangeReversePath,
  mailboxServer,
  threadIndex,
} from './exchange-parts.ts';
import type { Answer, Responder } from './responder.ts';

export const exchange2003: Responder = {
  name: 'exchange-2003',
  habit: exchange2003Bounces.habit,
  retry: exchange2003Bounces.retry,
  reversePath: exchangeReversePath,
  build,
};

async function build(answer: Answer, random: Random): Promise<Buffer> {
  const { sender, victim, original, date } = answer;
  const stamp = mailDate(date, pickZone(random));
  const server = mailboxServer(sender.host, random);
  const time = `01C${characters(random, HEX, 5)}.${characters(random, HEX, 8)}`;
  const boundary = `----_=_NextPart_001_${time}`;
  const preamble = `The parts of this message are in MIME format.${CRLF}${CRLF}`;
  const bodies = exchangeBodies(boundary, 'iso-8859-1', absence(answer, random), preamble);
  const head = [
    `Received: from ${server} ([${documentationAddress(random)}]) by ${sender.host}`,
    `\twith Microsoft SMTPSVC(6.0.3790.3959); ${stamp}`,
    'X-MimeOLE: Produced By Microsoft Exchange V6.5',
    'Content-class: urn:content-classes:message',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative;',
    `\tboundary="${boundary}"`,
    `Subject: Out of Office AutoReply: ${original.subject}`,
    `Date: ${stamp}`,
    `Message-ID: <${characters(random, HEX, 56)}@${server}>`,
    'X-MS-Has-Attach:',
    'X-MS-TNEF-Correlator:',
    `Thread-Topic: ${original.subject}`,
    `Thread-Index: ${threadIndex('Ach', random)}`,
    `From: "${surnameFirst(sender.name)}" <${sender.address}>`,
    `To: <${victim}>`,
  ];
  return composeMime(head, bodies);
}

/** `Larsen, Ingrid` */
function surnameFirst(name: string): string {
  return name.split(' ').reverse().join(', ');
}
