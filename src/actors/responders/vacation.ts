// Answers of vacation(1), which comes with Sendmail: the head of the user's own .vacation.msg, nothing
// of MIME, no reference to the original but its subject, and the user as the envelope's sender.

import type { Random } from '../../plan/random.ts';
import { sendmail } from '../dialects/sendmail.ts';
import { SENDMAIL_VERSION, sendmailId } from '../dialects/sendmail-report.ts';
import { compactDate, mailDate, pickZone } from '../mail-date.ts';
import { composePlain } from '../mime.ts';
import { absence, absenceLines } from './absence.ts';
import { type Answer, localPart, type Responder } from './responder.ts';

export const vacation: Responder = {
  name: 'vacation',
  habit: sendmail.habit,
  retry: sendmail.retry,
  // Without -z, which would make it null.
  reversePath: ({ address }) => address,
  build: (answer, random) => Promise.resolve(render(answer, random)),
};

function render(answer: Answer, random: Random): Buffer {
  const { sender, victim, original, date } = answer;
  const stamp = mailDate(date, pickZone(random));
  const id = sendmailId(date, random);
  const head = [
    `Received: (from ${localPart(sender.address)}@localhost)`,
    `\tby ${sender.host} (${SENDMAIL_VERSION}/Submit) id ${id};`,
    `\t${stamp}`,
    `Date: ${stamp}`,
    `Message-Id: <${compactDate(date).slice(0, 12)}.${id}@${sender.host}>`,
    `To: ${victim}`,
    'Auto-Submitted: auto-replied',
    `From: ${sender.address} (${sender.name})`,
    'Subject: away from my mail',
    'Delivered-By-The-Graces-Of: The Vacation program',
    'Precedence: bulk',
  ];
  const [opening = [], ...rest] = absence(answer, random);
  // What $SUBJECT is for in the user's text.
  const about = ['your mail has come in. Its subject:', `    ${original.subject}`];
  return composePlain(head, absenceLines([[...opening, ...about], ...rest]));
}
