// Bounces as Sendmail 8 builds them: a report whose text shows the SMTP dialogue, and the whole
// original.

import type { Bounce, Dialect } from '../actor.ts';
import { sendmailRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';
import { sendmailReport } from './sendmail-report.ts';

export const sendmail: Dialect = {
  name: 'sendmail',
  // With STARTTLS compiled in, as distributions do, its client uses what is offered.
  habit: { greeting: 'EHLO', pipelining: true, starttls: true, quit: 'wait' },
  retry: sendmailRetries(),
  returnsEightBit: true,
  build: (bounce, random) =>
    sendmailReport(
      bounce,
      {
        subject: 'Returned mail: see transcript for details',
        occasion: 'failure',
        arrival: arrival(bounce),
        opening: [],
        errors: 'permanent fatal',
        reason: [`    (reason: ${refusal(bounce)})`],
        transcript: transcript(bounce),
        fate: () => fate(bounce),
        returns: 'whole',
      },
      random,
    ),
};

function transcript(bounce: Bounce): string[] {
  const { code, enhanced, text } = bounce.reply;
  const verdict = `${code} ${enhanced} <${bounce.failedRecipient}>... ${text}`;
  if (isLocal(bounce)) return [verdict];
  return [
    `... while talking to ${bounce.remoteHost}.:`,
    `>>> RCPT To:<${bounce.failedRecipient}>`,
    `<<< ${refusal(bounce)}`,
    verdict,
  ];
}

function fate(bounce: Bounce): string[] {
  return [
    'Action: failed',
    `Status: ${bounce.reply.enhanced}`,
    ...(isLocal(bounce) ? [] : [`Remote-MTA: DNS; ${bounce.remoteHost}`]),
    `Diagnostic-Code: SMTP; ${refusal(bounce)}`,
  ];
}
