// A text list: an address a line, `#` comments, blank lines. The lines of Postfix' maps, `address anything`,
// will do as well, with their values on lines that begin with blanks (postmap(1)).
import { fileVersion, inputName, readLines, STANDARD_INPUT } from './lines.ts';
import type { Source, Taker } from './source.ts';

const BLANKS = /[ \t\f\v]/;

export function textSource(path: string): Source {
  return {
    name: inputName(path),
    placeOf: (place) => `${inputName(path)}:${place}`,
    read: (taker, signal) => {
      const reader = lineReader(taker);
      return readLines(path, reader, signal);
    },
    ...(path === STANDARD_INPUT ? {} : { version: () => fileVersion(path) }),
  };
}

function lineReader(taker: Taker): (line: string, number: number) => void {
  /** Whether the entry before has a value, which an indented line continues. */
  let hasValue = false;
  return (line, number) => {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    if (BLANKS.test(line[0] ?? '')) {
      if (!hasValue) taker.refuse(text, number, 'it is indented, which continues the line before');
      return;
    }
    const key = keyOf(text);
    hasValue = key.length < text.length;
    taker.take(key, number);
  };
}

/** Up to the first blank, but for those of a quoted local part. */
export function keyOf(text: string): string {
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? '';
    if (c === '"') quoted = !quoted;
    else if (quoted && c === '\\') i += 1;
    else if (!quoted && BLANKS.test(c)) return text.slice(0, i);
  }
  return quoted ? (text.split(BLANKS, 1)[0] ?? '') : text;
}
