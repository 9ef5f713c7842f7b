import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillerText, LATIN1, UTF8, wrapText } from '../../src/actors/filler-text.ts';
import { randomStream } from '../../src/plan/random.ts';

test('filler has exactly the length asked for, in whole lines of mail width', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3000 }), fc.integer(), (bytes, seed) => {
      const text = fillerText(randomStream(seed, 1), bytes);
      expect(text).toHaveLength(bytes);
      expect(text.endsWith('\r\n')).toBe(true);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      for (const line of text.split('\r\n')) expect(line.length).toBeLessThanOrEqual(73);
    }),
  );
});

test.each([
  ['iso-8859-1', LATIN1],
  ['utf-8', UTF8],
])(
  'filler in %s has the length asked for and whole letters, wherever it is cut',
  (charset, vocabulary) => {
    const decoder = new TextDecoder(charset, { fatal: true });
    for (let bytes = 3; bytes < 600; bytes += 1) {
      const octets = Buffer.from(fillerText(randomStream(3, 1), bytes, vocabulary), 'latin1');
      expect(octets).toHaveLength(bytes);
      const text = decoder.decode(octets);
      expect(text.endsWith('\r\n')).toBe(true);
      if (bytes > 100) expect(text).toMatch(/[éüñß]/);
    }
  },
);

test.each([0, 0.4, 1, 2])('filler of %d octets is an empty line', (bytes) => {
  expect(fillerText(randomStream(1, 1), bytes)).toBe('\r\n');
});

test('wrapping breaks between words and indents what follows', () => {
  expect(wrapText('one two three', 8, '  ')).toEqual(['one two', '  three']);
  expect(wrapText('onelongword two', 4)).toEqual(['onelongword', 'two']);
});
