// Confirmation requests of TMDA, which holds mail from unknown senders back: a text and the whole
// original, with a null sender. It came from qmail's surroundings and mostly runs there.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { originalId } from '../dialects/bounce-facts.ts';
import { qmail } from '../dialects/qmail.ts';
import { characters, HEX, integer } from '../draw.ts';
import { bareDate, mailDate, pickZone, unixSeconds } from '../mail-date.ts';
import { CRLF, composeMime, Multipart, rawPart } from '../mime.ts';
import { spamSource } from '../original.ts';
import { type Answer, localPart, type Responder } from './responder.ts';

export const tmda: Responder = {
  name: 'tmda',
  habit: qmail.habit,
  retry: qmail.retry,
  reversePath: () => '',
  build,
};

async function build(answer: Answer, random: Random): Promise<Buffer> {
  const { sender, victim, date } = answer;
  const seconds = unixSeconds(date);
  const process = integer(random, 1000, 32_767);
  const cookie = `${seconds}.${process}.${characters(random, HEX, 6).toLowerCase()}`;
  const confirm = `${localPart(sender.address)}-confirm-${cookie}@${mailDomain(sender.host)}`;
  const boundary = `===============${integer(random, 1e9, 9e9)}==`;
  const tree = new Multipart(boundary);
  tree.append(request(answer, confirm));
  tree.append(held(answer, random));
  const head = [
    `Received: (qmail ${process + 2} invoked by uid ${integer(random, 500, 1999)}); ${bareDate(date)}`,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    'Content-Disposition: inline',
    `From: "${sender.name}" <${sender.address}>`,
    'Subject: Please confirm your message',
    `Reply-To: ${confirm}`,
    `Date: ${mailDate(date, pickZone(random))}`,
    `Message-ID: <${seconds}.${process}.TMDA@${sender.host}>`,
    `References: ${originalId(answer)}`,
    `In-Reply-To: ${originalId(answer)}`,
    `To: ${victim}`,
    'Precedence: bulk',
    'Auto-Submitted: auto-replied',
    'X-Delivery-Agent: TMDA/1.0.3 (Seattle Slew)',
  ];
  return composeMime(head, tree);
}

function request({ sender }: Answer, confirm: string) {
  const text = [
    'This message was created automatically by mail delivery software (TMDA).',
    '',
    `A message under your address is waiting for <${sender.address}>,`,
    'who has not had mail from you before. It follows below. To have it delivered, answer',
    'this message as it is, or write to:',
    '',
    `   ${confirm}`,
    '',
    'That is needed once only, and keeps out those who write under false addresses.',
    '',
  ];
  return rawPart(
    [
      'Content-Type: text/plain; charset="us-ascii"',
      'MIME-Version: 1.0',
      'Content-Transfer-Encoding: 7bit',
      'Content-Description: Confirmation Request',
      'Content-Disposition: inline',
    ],
    text.join(CRLF),
  );
}

function held({ sender, victim, original, date }: Answer, random: Random) {
  const source = spamSource(sender.host, random);
  const trace = [
    `Return-Path: <${victim}>`,
    `Delivered-To: ${sender.address}`,
    `Received: (qmail ${integer(random, 1000, 32_767)} invoked from network); ${bareDate(date)}`,
    `Received: from unknown (HELO ${source.helo}) (${source.address})`,
    `  by ${sender.host} with SMTP; ${bareDate(date)}`,
    '',
  ].join(CRLF);
  return rawPart(
    [
      'Content-Type: message/rfc822',
      'MIME-Version: 1.0',
      'Content-Description: Original Message',
      'Content-Disposition: inline',
    ],
    trace + original.headers + CRLF + original.body,
  );
}
