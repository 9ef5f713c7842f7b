// Majordomo's answers, for spam that reached its command address: what it made of the lines, none of
// them a command; or the question whether "you" meant to subscribe.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { sendmail } from '../dialects/sendmail.ts';
import { SENDMAIL_VERSION, sendmailId } from '../dialects/sendmail-report.ts';
import { characters, HEX } from '../draw.ts';
import { compactDate, mailDate, pickZone } from '../mail-date.ts';
import { CRLF, composePlain } from '../mime.ts';
import { type Answer, localPart, type Responder } from './responder.ts';

/** Lines of the original that are read as commands before it gives up. An assumption. */
const COMMANDS = 10;

export const majordomo: Responder = {
  name: 'majordomo',
  habit: sendmail.habit,
  retry: sendmail.retry,
  reversePath: ({ host }) => ownerOf(host),
  build: (answer, random) => Promise.resolve(render(answer, random)),
};

function ownerOf(host: string): string {
  return `majordomo-owner@${mailDomain(host)}`;
}

function render(answer: Answer, random: Random): Buffer {
  const results = random() < 0.5;
  const list = localPart(answer.sender.address);
  const subject = results
    ? `Majordomo results: ${answer.original.subject}`
    : `Confirmation for subscribe ${list}`;
  const text = results ? helpText(answer) : question(answer, random);
  return composePlain(head(answer, subject, random), ['--', '', ...text]);
}

function head({ sender, victim, date }: Answer, subject: string, random: Random): string[] {
  const stamp = mailDate(date, pickZone(random));
  const id = sendmailId(date, random);
  const address = `Majordomo@${mailDomain(sender.host)}`;
  return [
    'Received: (from majordom@localhost)',
    `\tby ${sender.host} (${SENDMAIL_VERSION}/Submit) id ${id};`,
    `\t${stamp}`,
    `Date: ${stamp}`,
    `Message-Id: <${compactDate(date).slice(0, 12)}.${id}@${sender.host}>`,
    `X-Authentication-Warning: ${sender.host}: majordom set sender to ${ownerOf(sender.host)} using -f`,
    `To: ${victim}`,
    `From: ${address}`,
    `Subject: ${subject}`,
    `Reply-To: ${address}`,
  ];
}

function helpText({ sender, original }: Answer): string[] {
  const address = `Majordomo@${mailDomain(sender.host)}`;
  const lines = original.body.split(CRLF).filter((line) => line !== '');
  const read = lines.slice(0, COMMANDS).flatMap((line) => {
    const [command = ''] = line.toLowerCase().split(' ');
    return [`>>>> ${line}`, `**** Command '${command}' not recognized.`];
  });
  return [
    ...read,
    '**** No valid commands found.',
    '',
    `**** Help for ${address}:`,
    '',
    'This address is read by a program, one command a line. It knows, among others:',
    '',
    '    lists                         which lists there are',
    '    info <list>                   what a list is about',
    '    subscribe <list> [<address>]  joins a list',
    '    unsubscribe <list>            leaves it again',
    '    end                           what follows is not read',
    '',
    `A person can be reached at ${ownerOf(sender.host)}.`,
  ];
}

function question({ sender, victim }: Answer, random: Random): string[] {
  const list = localPart(sender.address);
  const key = characters(random, HEX, 8).toLowerCase();
  return [
    `Somebody, perhaps you, asked for the address ${victim}`,
    `to be put on the list "${list}". If it was you, send this line back to`,
    `Majordomo@${mailDomain(sender.host)}, as it stands:`,
    '',
    `\tauth ${key} subscribe ${list} ${victim}`,
    '',
    'If it was somebody else, there is nothing to do: without that line the request is',
    'forgotten.',
    '',
    `A person can be reached at ${ownerOf(sender.host)}.`,
  ];
}
