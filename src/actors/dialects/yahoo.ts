// Bounces as Yahoo writes them: qmail's form in its own words, plain text without MIME.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { documentationAddress, integer } from '../draw.ts';
import { bareDate, mailDate, UTC } from '../mail-date.ts';
import { CRLF, composePlain } from '../mime.ts';
import { spamSource } from '../original.ts';
import { yahooRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';

/** One sender for all of the provider's hosts. */
const FROM = 'MAILER-DAEMON@yahoo.example';

export const yahoo: Dialect = {
  name: 'yahoo',
  // Without TLS: Yahoo began with it in 2014, and this form of its bounces is older. Lock-step and
  // waiting for the reply to QUIT are assumptions.
  habit: { greeting: 'EHLO', pipelining: false, quit: 'wait' },
  retry: yahooRetries(),
  build: (bounce, random) => Promise.resolve(render(bounce, random)),
};

function render(bounce: Bounce, random: Random): Buffer {
  const head = [
    `Received: from [${documentationAddress(random)}] by ${bounce.reportingHost} with NNFMP;`,
    `\t${bareDate(bounce.date)}`,
    `From: ${FROM}`,
    `To: ${bounce.victim}`,
    `Date: ${mailDate(bounce.date, UTC)}`,
    'Subject: Failure Notice',
    'X-Yahoo-Newman-Property: bmbounce',
  ];
  const lines = [
    'Sorry, we were unable to deliver your message to the following address.',
    '',
    `<${bounce.failedRecipient}>:`,
    ...cause(bounce),
    '',
    '--- Below this line is a copy of the message.',
    '',
    ...trace(bounce, random),
  ];
  return composePlain(head, lines, bounce.original.headers + CRLF + bounce.original.body);
}

function cause(bounce: Bounce): string[] {
  if (isLocal(bounce)) return [`${bounce.reply.text} (#${bounce.reply.enhanced})`];
  return ['Remote host said:', refusal(bounce), '[RCPT_TO]'];
}

function trace(bounce: Bounce, random: Random): string[] {
  const source = spamSource(bounce.reportingHost, random);
  const date = bareDate(arrival(bounce));
  return [
    `Received: from [${documentationAddress(random)}] by ${bounce.reportingHost} with NNFMP; ${date}`,
    `Received: (qmail ${integer(random, 1000, 99_999)} invoked by alias); ${date}`,
    `Received: from unknown (HELO ${source.helo}) (${source.address})`,
    `  by ${bounce.reportingHost} with SMTP; ${date}`,
  ];
}
