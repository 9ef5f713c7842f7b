// What Exim's messages have in common: head, wording of the cause, and the returned original.

import type { Random } from '../../plan/random.ts';
import type { Bounce } from '../actor.ts';
import { BASE62, characters, documentationAddress } from '../draw.ts';
import { mailDate, unixSeconds, type Zone } from '../mail-date.ts';
import { CRLF } from '../mime.ts';
import { spamSource } from '../original.ts';
import { arrival, isLocal, refusal } from './bounce-facts.ts';

export const EXIM_OPENING = 'This message was created automatically by mail delivery software.';
export const EXIM_FAILED = 'Mail delivery failed: returning message to sender';
/** bounce_return_size_limit, in bytes: a longer original is cut. */
const SIZE_LIMIT = 100_000;

export interface EximMail {
  readonly bounce: Bounce;
  readonly zone: Zone;
  readonly id: string;
  /** `4.89` */
  readonly version: string;
  readonly subject: string;
  /** Fields on top of the usual ones. */
  readonly marks: readonly string[];
  readonly mime: readonly string[];
}

export function eximHead(mail: EximMail): string[] {
  const { bounce, zone, id } = mail;
  const host = bounce.reportingHost;
  return [
    `Received: from mail by ${host} with local (Exim ${mail.version})`,
    `\tid ${id}`,
    `\tfor ${bounce.victim}; ${mailDate(bounce.date, zone)}`,
    ...mail.marks,
    'Auto-Submitted: auto-replied',
    `From: Mail Delivery System <Mailer-Daemon@${host}>`,
    `To: ${bounce.victim}`,
    ...mail.mime,
    `Subject: ${mail.subject}`,
    `Message-Id: <E${id}@${host}>`,
    `Date: ${mailDate(bounce.date, zone)}`,
  ];
}

/** Who was not reached and why, for people. */
export function eximNotice(bounce: Bounce, random: Random): string[] {
  return [
    EXIM_OPENING,
    '',
    'Your mail did not reach:',
    '',
    `  ${bounce.failedRecipient}`,
    ...eximCause(bounce, random),
    '',
  ];
}

function eximCause(bounce: Bounce, random: Random): string[] {
  if (isLocal(bounce)) return [`    ${bounce.reply.text}`];
  return [
    `    host ${bounce.remoteHost} [${documentationAddress(random)}]`,
    `    SMTP error from remote mail server after RCPT TO:<${bounce.failedRecipient}>:`,
    `    ${refusal(bounce)}`,
  ];
}

export function eximReturned(bounce: Bounce, zone: Zone, version: string, random: Random): string {
  const source = spamSource(bounce.reportingHost, random);
  const arrived = arrival(bounce);
  const trace = [
    `Return-path: <${bounce.victim}>`,
    `Received: from [${source.address}] (helo=${source.helo})`,
    `\tby ${bounce.reportingHost} with smtp (Exim ${version})`,
    `\t(envelope-from <${bounce.victim}>)`,
    `\tid ${eximId(arrived, random)}`,
    `\tfor ${bounce.failedRecipient}; ${mailDate(arrived, zone)}`,
    '',
  ].join(CRLF);
  return trace + bounce.original.headers + CRLF + wholeLines(bounce.original.body, SIZE_LIMIT);
}

/** `1JdeKb-0004fL-2w`: seconds, process and fraction of a second, in base 62. */
export function eximId(date: Date, random: Random): string {
  let seconds = unixSeconds(date);
  let time = '';
  for (let place = 0; place < 6; place += 1) {
    time = BASE62.charAt(seconds % 62) + time;
    seconds = Math.floor(seconds / 62);
  }
  return `${time}-000${characters(random, BASE62, 3)}-${characters(random, BASE62, 2)}`;
}

function wholeLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, text.lastIndexOf(CRLF, limit - CRLF.length) + CRLF.length);
}
