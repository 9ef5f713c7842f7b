// Text without a meaning, in lines of mail width: words that read like prose and advertise nothing.

import type { Random } from '../plan/random.ts';
import { integer, pick } from './draw.ts';

const WORDS =
  'the of a and river lamp quiet market seven paper window garden before under little morning letter table old bridge winter often blue stone walks across slowly north road evening small answer'.split(
    ' ',
  ) as [string, ...string[]];
const WIDTH = 72;
const CRLF = '\r\n';

export function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => pick(random, WORDS)).join(' ');
}

function sentence(random: Random): string {
  const text = words(random, integer(random, 4, 11));
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
export function fillerText(random: Random, bytes: number): string {
  const parts: string[] = [];
  let length = 0;
  while (length < bytes) {
    const paragraph = Array.from({ length: integer(random, 2, 6) }, () => sentence(random));
    const text = `${wrapText(paragraph.join(' '), WIDTH).join(CRLF)}${CRLF}${CRLF}`;
    parts.push(text);
    length += text.length;
  }
  return cutAt(parts.join(''), bytes);
}

/** A cut inside a line end would leave half of it: what goes there is a letter more. */
function cutAt(text: string, bytes: number): string {
  if (bytes < 3) return CRLF;
  const kept = text.slice(0, bytes - 2);
  return `${kept.endsWith('\r') ? `${kept.slice(0, -1)}s` : kept}${CRLF}`;
}
