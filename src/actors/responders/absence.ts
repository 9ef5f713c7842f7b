// What people away from their mail let their systems say: a few sentences of our own, with a day of
// return and somebody to turn to. One text per person, as plain lines or as HTML.

import type { Random } from '../../plan/random.ts';
import { integer, pick } from '../draw.ts';
import { mailDomain } from '../host-name.ts';
import { mailDate, UTC } from '../mail-date.ts';
import type { Answer } from './responder.ts';

const DAY_MS = 86_400_000;

/** Paragraphs, each a list of lines short enough not to be folded by any encoding. */
export type Paragraphs = readonly (readonly string[])[];

export function absence(answer: Answer, random: Random): Paragraphs {
  const { sender, date } = answer;
  const back = dayOf(new Date(date.getTime() + integer(random, 2, 21) * DAY_MS));
  const deputy = `${pick(random, ['reception', 'office', 'info'])}@${mailDomain(sender.host)}`;
  return [
    [pick(random, ['Hello,', 'Good day,', 'Thank you for writing.'])],
    pick(random, [
      ['I am currently out of the office and', `will be back at my desk on ${back}.`],
      ['I am on holiday and will look at my mail', `again on ${back}.`],
      ['I am currently out of the office and read', `mail but now and then until ${back}.`],
      ['I am currently out of the office. From', `${back} on I answer what has come in.`],
    ]),
    pick(random, [
      ['What cannot wait that long is in good hands at', `${deputy}.`],
      ['Mail is not passed on to anybody. In a hurry, please turn to', `${deputy}.`],
    ]),
    [pick(random, ['Kind regards', 'Best wishes', 'Yours']), sender.name],
  ];
}

/** Lines, with an empty one behind each paragraph but the last. */
export function absenceLines(paragraphs: Paragraphs): string[] {
  return paragraphs.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** `26 Jan` */
function dayOf(date: Date): string {
  const [, day, month] = mailDate(date, UTC).split(' ');
  return `${day} ${month}`;
}
