// Text without a meaning, in lines of mail width: words that read like prose and advertise nothing.
// One character stands for one octet, in whatever character set.

import type { Random } from '../plan/random.ts';
import { integer, pick } from './draw.ts';
import { utf8Octets } from './mime.ts';

export type Vocabulary = readonly [string, ...string[]];

const WORDS: Vocabulary = list(
  'the of a and river lamp quiet market seven paper window garden before under little morning letter table old bridge winter often blue stone walks across slowly north road evening small answer',
);
const ACCENTED =
  'der die und unter alte Lampe grüne Brücke für fünf Gärten über schöne Straße weiße Türen früh Vögel el año niño mañana señal corazón río también noche la forêt été déjà rue où père lumière';
/** With letters beyond ASCII, for text in 8 bits. */
export const LATIN1: Vocabulary = list(ACCENTED);
export const UTF8: Vocabulary = list(utf8Octets(ACCENTED));
const WIDTH = 72;
const CRLF = '\r\n';

function list(text: string): Vocabulary {
  const [first = '', ...rest] = text.split(' ');
  return [first, ...rest];
}

export function words(random: Random, count: number, vocabulary = WORDS): string {
  let text = pick(random, vocabulary);
  for (let i = 1; i < count; i += 1) text += ` ${pick(random, vocabulary)}`;
  return text;
}

function sentence(random: Random, vocabulary: Vocabulary): string {
  const text = words(random, integer(random, 4, 11), vocabulary);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Lines of at most `width` columns; those after the first begin with `indent`. */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `${indent}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Exactly `bytes` octets of prose in lines with CRLF ends; below three octets, nothing but the end. */
export function fillerText(random: Random, bytes: number, vocabulary = WORDS): string {
  const parts: string[] = [];
  let length = 0;
  while (length < bytes) {
    const paragraph = Array.from({ length: integer(random, 2, 6) }, () =>
      sentence(random, vocabulary),
    );
    const text = `${wrapText(paragraph.join(' '), WIDTH).join(CRLF)}${CRLF}${CRLF}`;
    parts.push(text);
    length += text.length;
  }
  return cutAt(parts.join(''), bytes);
}

/** A cut may leave half a line end or half a letter of UTF-8: what goes there is a letter more. */
function cutAt(text: string, bytes: number): string {
  if (bytes < 3) return CRLF;
  const kept = text.slice(0, bytes - 2);
  return `${kept.replace(/(?:\r|[\x80-\xff]+)$/, (half) => 's'.repeat(half.length))}${CRLF}`;
}
