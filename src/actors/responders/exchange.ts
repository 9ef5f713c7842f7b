// Automatic replies of Exchange 2010 and later: text and HTML, a reply to the original, marked so that
// no other Exchange answers back.

import type { Random } from '../../plan/random.ts';
import { originalId } from '../dialects/bounce-facts.ts';
import { exchange as exchangeBounces } from '../dialects/exchange.ts';
import { characters, documentationAddress, HEX, integer } from '../draw.ts';
import { mailDate, pickZone } from '../mail-date.ts';
import { composeMime } from '../mime.ts';
import { absence } from './absence.ts';
import {
  exchangeBodies,
  exchangeReversePath,
  mailboxServer,
  threadIndex,
} from './exchange-parts.ts';
import type { Answer, Responder } from './responder.ts';

export const exchange: Responder = {
  name: 'exchange',
  habit: exchangeBounces.habit,
  retry: exchangeBounces.retry,
  reversePath: exchangeReversePath,
  build,
};

async function build(answer: Answer, random: Random): Promise<Buffer> {
  const { sender, victim, original, date } = answer;
  const stamp = mailDate(date, pickZone(random));
  const server = mailboxServer(sender.host, random);
  const version = `14.${integer(random, 1, 3)}.${integer(random, 100, 400)}.${integer(random, 0, 9)}`;
  const id = characters(random, HEX, 32);
  const boundary = `_000_${id}${server.split('.')[0]}_`;
  const head = [
    `Received: from ${server} (${documentationAddress(random)}) by ${sender.host}`,
    ` (${documentationAddress(random)}) with Microsoft SMTP Server id ${version};`,
    ` ${stamp}`,
    `From: ${sender.name} <${sender.address}>`,
    `To: "${victim}" <${victim}>`,
    `Subject: Automatic reply: ${original.subject}`,
    `Thread-Topic: ${original.subject}`,
    `Thread-Index: ${threadIndex('AQH', random)}`,
    `Date: ${stamp}`,
    `Message-ID: <${id}@${server}>`,
    `References: ${originalId(answer)}`,
    `In-Reply-To: ${originalId(answer)}`,
    'X-MS-Has-Attach:',
    'X-Auto-Response-Suppress: All',
    'X-MS-TNEF-Correlator:',
    'Content-Type: multipart/alternative;',
    `\tboundary="${boundary}"`,
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-generated',
  ];
  return composeMime(head, exchangeBodies(boundary, 'us-ascii', absence(answer, random)));
}
