// Mailman's word to somebody who is not of the list: the message waits for a moderator. From the list's
// bounce address, and with that in the envelope, so no rule for null senders meets it.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { postfix } from '../dialects/postfix.ts';
import { characters, HEX, integer, pick } from '../draw.ts';
import { mailDate, pickZone, unixSeconds } from '../mail-date.ts';
import { composePlain } from '../mime.ts';
import { type Answer, type Correspondent, localPart, type Responder } from './responder.ts';

const REASONS = [
  'Post by non-member to a members-only list',
  'Message has implicit destination',
  'Message has a suspicious header',
] as const;

export const mailman: Responder = {
  name: 'mailman',
  habit: postfix.habit,
  retry: postfix.retry,
  reversePath: bounceAddress,
  build: (answer, random) => Promise.resolve(render(answer, random)),
};

/** `members-bounces@northwind.example` */
function bounceAddress({ host, address }: Correspondent): string {
  return `${localPart(address)}-bounces@${mailDomain(host)}`;
}

function render(answer: Answer, random: Random): Buffer {
  const { sender, victim, original } = answer;
  const cookie = characters(random, HEX, 40).toLowerCase();
  return composePlain(head(answer, random), [
    `Your mail to '${sender.name}' with the subject`,
    '',
    `    ${original.subject}`,
    '',
    'Is being held until the list moderator can review it for approval.',
    '',
    `Held for: ${pick(random, REASONS)}`,
    '',
    'You will hear from the moderator in case it is turned down; otherwise it goes out to',
    'the list. Until then it can be withdrawn at this page:',
    '',
    `    http://${mailDomain(sender.host)}/mailman/confirm/${localPart(sender.address)}/${cookie}`,
    '',
    `(This was sent to ${victim}.)`,
  ]);
}

function head({ sender, victim, date }: Answer, random: Random): string[] {
  const { host, address, name } = sender;
  const bounces = bounceAddress(sender);
  const stamp = mailDate(date, pickZone(random));
  const list = localPart(address);
  const id = `mailman.${integer(random, 0, 999)}.${unixSeconds(date)}.${integer(random, 1000, 32_767)}`;
  return [
    'Received: from localhost (localhost [127.0.0.1])',
    `\tby ${host} (Postfix) with ESMTP id ${characters(random, HEX, 10)}`,
    `\tfor <${victim}>; ${stamp}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset="us-ascii"',
    'Content-Transfer-Encoding: 7bit',
    `Subject: Your message to ${name} awaits moderator approval`,
    `From: ${bounces}`,
    `To: ${victim}`,
    `Message-ID: <${id}.${list}@${mailDomain(host)}>`,
    `Date: ${stamp}`,
    'Precedence: bulk',
    `X-BeenThere: ${address}`,
    'X-Mailman-Version: 2.1.9',
    `List-Id: <${list}.${mailDomain(host)}>`,
    'X-List-Administrivia: yes',
    `Sender: ${bounces}`,
    `Errors-To: ${bounces}`,
  ];
}
