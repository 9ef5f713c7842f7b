// Bounces as qmail-send writes them (QSBMF): plain text without MIME, without a Message-ID, without a
// mark of being automatic, and with the whole original below the break, however large it is.

import type { Random } from '../../plan/random.ts';
import type { Bounce, Dialect } from '../actor.ts';
import { documentationAddress, integer } from '../draw.ts';
import { bareDate } from '../mail-date.ts';
import { CRLF } from '../mime.ts';
import { spamSource } from '../original.ts';
import { qmailRetries } from '../retry-schedule.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';

export const qmail: Dialect = {
  name: 'qmail',
  // No extension at all, and QUIT is its last word: it does not wait for the reply.
  habit: { greeting: 'HELO', pipelining: false, quit: 'no-wait' },
  retry: qmailRetries(),
  // Knows no MIME, and sends 8 bits whether or not the other side said that it takes them.
  returnsEightBit: true,
  build: (bounce, random) => Promise.resolve(Buffer.from(render(bounce, random), 'latin1')),
};

function render(bounce: Bounce, random: Random): string {
  const host = bounce.reportingHost;
  const process = integer(random, 1000, 32_767);
  const lines = [
    `Received: (qmail ${process} invoked for bounce); ${bareDate(bounce.date)}`,
    `Date: ${bareDate(bounce.date)}`,
    `From: MAILER-DAEMON@${host}`,
    `To: ${bounce.victim}`,
    'Subject: failure notice',
    '',
    `Hi. This is the qmail-send program at ${host}.`,
    'A message that came here under your address went no further than this host:',
    'the addresses listed below would not have it, and will not be tried again.',
    '',
    `<${bounce.failedRecipient}>:`,
    ...cause(bounce, random),
    '',
    '--- Below this line is a copy of the message.',
    '',
    ...trace(bounce, process - 2, random),
  ];
  return `${lines.join(CRLF)}${CRLF}${bounce.original.headers}${CRLF}${bounce.original.body}`;
}

function cause(bounce: Bounce, random: Random): string[] {
  const { enhanced, text } = bounce.reply;
  if (isLocal(bounce)) return [`${text} (#${enhanced})`];
  const address = documentationAddress(random);
  return [
    `${address} does not like recipient.`,
    `Remote host said: ${refusal(bounce)}`,
    `Giving up on ${address}.`,
  ];
}

function trace(bounce: Bounce, process: number, random: Random): string[] {
  const source = spamSource(bounce.reportingHost, random);
  const date = bareDate(arrival(bounce));
  return [
    `Return-Path: <${bounce.victim}>`,
    `Received: (qmail ${process} invoked from network); ${date}`,
    `Received: from unknown (HELO ${source.helo}) (${source.address})`,
    `  by ${bounce.reportingHost} with SMTP; ${date}`,
  ];
}
