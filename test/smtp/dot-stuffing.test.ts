import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dotStuff, dotUnstuff } from '../../src/smtp/dot-stuffing.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytes = (message: string) => Buffer.from(message, 'latin1');

/** What a server does with a received body, RFC 5321 §4.5.2: line by line, until the lone dot. */
function receive(wire: string): string {
  const lines = wire.split('\r\n');
  const end = lines.indexOf('.');
  expect(end, 'the final dot is found at the very end').toBe(lines.length - 2);
  return lines
    .slice(0, end)
    .map((line) => `${line.startsWith('.') ? line.slice(1) : line}\r\n`)
    .join('');
}

describe('dotStuff', () => {
  test.each([
    ['leaves lines without leading dots alone', 'a.b\r\nc\r\n', 'a.b\r\nc\r\n'],
    ['doubles a dot that begins the message', '.a\r\n', '..a\r\n'],
    ['doubles a lone dot', 'a\r\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n'],
    ['adds one dot to a line of several', 'a\r\n...\r\n', 'a\r\n....\r\n'],
    ['closes a last line that has no end', 'a', 'a\r\n'],
    ['closes a last line that only has half an end', 'a\r', 'a\r\r\n'],
    ['keeps an empty message empty', '', ''],
    ['takes a dot behind a bare LF for an ordinary character', 'a\n.b\r\n', 'a\n.b\r\n'],
  ])('%s', (_, message, stuffed) => {
    expect(text(dotStuff(bytes(message)))).toBe(stuffed);
  });

  const line = fc.string({ unit: fc.constantFrom('.', 'a', '\r', '\n', 'é'), maxLength: 6 });
  const message = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\r\n'));

  test('a server that undoes it receives the message as it was', () => {
    fc.assert(
      fc.property(message, (original) => {
        const closed = original === '' || original.endsWith('\r\n') ? original : `${original}\r\n`;
        const stuffed = dotStuff(bytes(original));
        expect(receive(`${text(stuffed)}.\r\n`)).toBe(closed);
        expect(text(dotUnstuff(stuffed))).toBe(closed);
      }),
      { numRuns: 1000 },
    );
  });

  test('the answer never holds the end of data', () => {
    fc.assert(
      fc.property(message, (original) => {
        expect(`\r\n${text(dotStuff(bytes(original)))}`).not.toContain('\r\n.\r\n');
      }),
    );
  });
});
