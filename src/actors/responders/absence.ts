// What people away from their mail let their systems say: a few sentences with a day of return and
// somebody to turn to. One text per person, as plain lines or as HTML.

import { mailDomain } from '../../plan/host-name.ts';
import type { Random } from '../../plan/random.ts';
import { integer, pick } from '../draw.ts';
import { type AbsencePhrases, ENGLISH } from './absence-phrases.ts';
import type { Answer } from './responder.ts';

const DAY_MS = 86_400_000;

/** Paragraphs, each a list of lines short enough not to be folded by any encoding. */
export type Paragraphs = readonly (readonly string[])[];

export function absence(
  answer: Answer,
  random: Random,
  phrases: AbsencePhrases = ENGLISH,
): Paragraphs {
  const { sender, date } = answer;
  const back = phrases.day(new Date(date.getTime() + integer(random, 2, 21) * DAY_MS));
  const deputy = `${pick(random, ['reception', 'office', 'info'])}@${mailDomain(sender.host)}`;
  return [
    [pick(random, phrases.greetings)],
    pick(random, phrases.notices).map((line) => line.replace('{day}', back)),
    [pick(random, phrases.substitutes), `${deputy}.`],
    [pick(random, phrases.farewells), sender.name],
  ];
}

/** Lines, with an empty one behind each paragraph but the last. */
export function absenceLines(paragraphs: Paragraphs): string[] {
  return paragraphs.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}
