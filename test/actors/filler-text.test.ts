import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillerText, wrapText } from '../../src/actors/filler-text.ts';
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

test.each([0, 0.4, 1, 2])('filler of %d octets is an empty line', (bytes) => {
  expect(fillerText(randomStream(1, 1), bytes)).toBe('\r\n');
});

test('wrapping breaks between words and indents what follows', () => {
  expect(wrapText('one two three', 8, '  ')).toEqual(['one two', '  three']);
  expect(wrapText('onelongword two', 4)).toEqual(['onelongword', 'two']);
});
