// Bounces as Gmail built them around 2008: plain text without a mark of being automatic,
// X-Failed-Recipients, the original at the end.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { characters, documentationAddress, HEX } from '../draw.ts';
import { mailDate, pickZone } from '../mail-date.ts';
import { composePlain } from '../mime.ts';
import { isLocal, refusal } from './bounce-facts.ts';
import { GMAIL_FROM, GMAIL_SUBJECT, gmail, gmailReturned } from './gmail.ts';

export const gmail2008: Dialect = {
  name: 'gmail-2008',
  // Without TLS, an assumption: it was rare between providers then.
  habit: { ...gmail.habit, starttls: false },
  retry: gmail.retry,
  roams: true,
  build: (bounce, random) => Promise.resolve(render(bounce, random)),
};

function render(bounce: Bounce, random: Random): Buffer {
  const zone = pickZone(random);
  const id = characters(random, HEX, 28).toLowerCase();
  const date = mailDate(bounce.date, zone);
  const head = [
    'MIME-Version: 1.0',
    `Received: by ${bounce.reportingHost} with SMTP id ${id.slice(0, 17)};`,
    `        ${date}`,
    `From: ${GMAIL_FROM}`,
    `To: ${bounce.victim}`,
    `X-Failed-Recipients: ${bounce.failedRecipient}`,
    `Subject: ${GMAIL_SUBJECT}`,
    `Message-ID: <${id}@${bounce.reportingHost}>`,
    `Date: ${date}`,
    'Content-Type: text/plain; charset=ISO-8859-1',
  ];
  const lines = [
    'Delivery to the following recipient failed permanently:',
    '',
    `     ${bounce.failedRecipient}`,
    '',
    'Technical details of permanent failure:',
    ...cause(bounce, random),
    '',
    '----- Original message -----',
    '',
  ];
  return composePlain(head, lines, gmailReturned(bounce, zone, random));
}

function cause(bounce: Bounce, random: Random): string[] {
  if (isLocal(bounce)) return [refusal(bounce)];
  return [
    `The mail server for ${mailDomain(bounce.reportingHost)} would not have your message,`,
    `as said by ${bounce.remoteHost}. [${documentationAddress(random)}].`,
    '',
    'The error that the other server returned was:',
    refusal(bounce),
  ];
}
