// Challenges in the manner of the services that check senders on a web page: one HTML part with a link,
// from an address of the service, which is also the envelope's.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { originalId } from '../dialects/bounce-facts.ts';
import { postfix } from '../dialects/postfix.ts';
import { BASE62, characters, HEX, integer, pick } from '../draw.ts';
import { mailDate, pickZone } from '../mail-date.ts';
import { CRLF, composePlain } from '../mime.ts';
import type { Answer, Correspondent, Responder } from './responder.ts';

export const html: Responder = {
  name: 'html',
  habit: postfix.habit,
  retry: postfix.retry,
  reversePath: serviceAddress,
  build: (answer, random) => Promise.resolve(render(answer, random)),
};

function serviceAddress({ host }: Correspondent): string {
  return `verify@${mailDomain(host)}`;
}

function render(answer: Answer, random: Random): Buffer {
  const { sender, victim, date } = answer;
  const stamp = mailDate(date, pickZone(random));
  const code = characters(random, BASE62, 22);
  const subject = pick(random, [
    'Please Verify Your Email Address',
    `Unverified email to ${sender.address}`,
  ]);
  const head = [
    `Received: by ${sender.host} (Postfix, from userid ${integer(random, 30, 110)})`,
    `\tid ${characters(random, HEX, 10)}; ${stamp}`,
    `To: ${victim}`,
    `Subject: ${subject}`,
    `From: "Mail for ${sender.name}" <${serviceAddress(sender)}>`,
    `In-Reply-To: ${originalId(answer)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    `Message-Id: <${code.toLowerCase()}@${sender.host}>`,
    `Date: ${stamp}`,
  ];
  return composePlain(head, page(answer, code).split(CRLF));
}

function page({ sender, original }: Answer, code: string): string {
  const link = `http://verify.${mailDomain(sender.host)}/c/${code}`;
  return [
    '<html><head><title>One step before your message is read</title></head>',
    '<body bgcolor="#f4f4f0" style="font-family: Verdana, Arial, sans-serif">',
    '<table width="560" align="center" cellpadding="14" bgcolor="#ffffff">',
    '<tr><td bgcolor="#335577"><font color="#ffffff" size="4">',
    'Your message is waiting',
    '</font></td></tr>',
    '<tr><td><font size="2">',
    `<p>${sender.name} takes mail from senders who have shown to be people.`,
    'Your message has been put aside until you have done so:</p>',
    `<p align="center"><i>${original.subject}</i></p>`,
    '<p>Open this page and type what you see in the picture. It takes a moment,',
    'and you will not be asked again.</p>',
    `<p align="center"><a href="${link}"><b>Yes, I am a person</b></a></p>`,
    '<p>Without an answer the message is thrown away after seven days.</p>',
    '</font></td></tr>',
    '</table>',
    '</body></html>',
  ].join(CRLF);
}
