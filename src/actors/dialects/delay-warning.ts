// Warnings of mail that is still under way: Sendmail's after 4 hours, a report, and Exim's after 24, plain
// text. Nothing has failed yet; neither returns more than headers, Exim two of them.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { mailDate, pickZone, type Zone } from '../mail-date.ts';
import { composePlain } from '../mime.ts';
import { arrival } from './bounce-facts.ts';
import { EXIM_OPENING, eximHead, eximId } from './exim-parts.ts';
import { sendmail } from './sendmail.ts';
import { sendmailReport } from './sendmail-report.ts';

const HOUR = 3_600_000;
/** The warning times of the two (confTO_QUEUEWARN, delay_warning). */
const SENDMAIL_AFTER = 4;
const EXIM_AFTER = 24;
/** confTO_QUEUERETURN: when Sendmail gives up. */
const SENDMAIL_GIVES_UP = 120;

export const delayWarning: Dialect = {
  name: 'delay-warning',
  habit: sendmail.habit,
  // Sendmail is the one that warns first, and so most.
  retry: sendmail.retry,
  build: (bounce, random) =>
    random() < 0.5
      ? ofSendmail(bounce, random)
      : Promise.resolve(ofExim(bounce, pickZone(random), random)),
};

function ofSendmail(bounce: Bounce, random: Random): Promise<Buffer> {
  const arrived = arrival(bounce);
  const lines = {
    opening: ['This is a warning only: the message need not be sent again.', ''],
    errors: 'transient non-fatal',
    reason: [],
    transcript: [
      `<${bounce.failedRecipient}>... Deferred: Connection timed out with ${bounce.remoteHost}.`,
      `Warning: on its way for ${SENDMAIL_AFTER} hours so far`,
      `It will be tried until it is ${SENDMAIL_GIVES_UP / 24} days old`,
    ],
  };
  return sendmailReport(
    { ...bounce, date: later(arrived, SENDMAIL_AFTER) },
    {
      ...lines,
      subject: `Warning: could not send message for past ${SENDMAIL_AFTER} hours`,
      occasion: 'warning-timeout',
      arrival: arrived,
      fate: (zone) => [
        'Action: delayed',
        'Status: 4.4.1',
        `Remote-MTA: DNS; ${bounce.remoteHost}`,
        `Will-Retry-Until: ${mailDate(later(arrived, SENDMAIL_GIVES_UP), zone)}`,
      ],
      returns: 'headers',
    },
    random,
  );
}

function ofExim(bounce: Bounce, zone: Zone, random: Random): Buffer {
  const arrived = arrival(bounce);
  const date = later(arrived, EXIM_AFTER);
  const original = eximId(arrived, random);
  const head = eximHead({
    bounce: { ...bounce, date },
    zone,
    id: eximId(date, random),
    version: '4.69',
    subject: `Warning: message ${original} delayed ${EXIM_AFTER} hours`,
    marks: [],
    mime: [],
  });
  return composePlain(head, [
    EXIM_OPENING,
    `A message of yours has been in the queue of ${bounce.reportingHost} for more`,
    `than ${EXIM_AFTER} hours and is delayed. What is known of it:`,
    '',
    `Message identifier: ${original}`,
    `Subject:            ${bounce.original.subject}`,
    `Date:               ${mailDate(arrived, zone)}`,
    '',
    'The address to which the message has not yet been delivered is:',
    '',
    `  ${bounce.failedRecipient}`,
    '',
    'No action is required on your part. This host goes on trying for some days; should',
    'it give up, you will hear of that too.',
  ]);
}

function later(date: Date, hours: number): Date {
  return new Date(date.getTime() + hours * HOUR);
}
