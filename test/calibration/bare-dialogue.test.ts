// The bare server's dialogue, as transcripts: whole, pipelined, and cut at every octet.
import { describe, expect, it } from 'vitest';
import { Dialogue, type Mode } from '../../src/calibration/bare-dialogue.ts';

const MAIL = 'EHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@xman.test>\r\nDATA\r\n';
const MESSAGE = 'Subject: x\r\n\r\n..dot\r\nDATA\r\nQUIT\r\n.\r\n';

function codes(mode: Mode, chunks: readonly string[]): string {
  const dialogue = new Dialogue(mode);
  const replies = chunks.map((chunk) => dialogue.answer(chunk).replies).join('');
  return [...replies.matchAll(/^(\d{3}) /gm)].map(([, code]) => code).join(' ');
}

const ROWS: readonly [string, Mode, string, string][] = [
  ['takes a message', 'accept', `${MAIL}${MESSAGE}QUIT\r\n`, '250 250 250 354 250 221'],
  ['takes an empty message', 'accept', `${MAIL}.\r\nQUIT\r\n`, '250 250 250 354 250 221'],
  [
    'takes two messages in a session',
    'accept',
    `${MAIL}${MESSAGE}${MAIL}${MESSAGE}QUIT\r\n`,
    '250 250 250 354 250 250 250 250 354 250 221',
  ],
  ['refuses recipient and data', 'reject', `${MAIL}RSET\r\nQUIT\r\n`, '250 250 550 554 250 221'],
  ['reads commands in small letters', 'reject', 'helo a\r\nrcpt to:<b@c.test>\r\n', '250 550'],
  ['falls silent at RCPT', 'hold', MAIL.replace('DATA\r\n', ''), '250 250'],
];

describe('the bare server', () => {
  it.each(ROWS)('%s', (_, mode, text, expected) => {
    expect(codes(mode, [text])).toBe(expected);
  });

  it.each(ROWS)('%s, wherever the stream is cut', (_, mode, text, expected) => {
    for (let at = 1; at < text.length; at += 1) {
      expect(codes(mode, [text.slice(0, at), text.slice(at)])).toBe(expected);
    }
    expect(codes(mode, [...text])).toBe(expected);
  });

  it('ends the session at QUIT and no earlier', () => {
    const dialogue = new Dialogue('accept');
    expect(dialogue.answer(MAIL + MESSAGE).isOver).toBe(false);
    expect(dialogue.answer('QUI').isOver).toBe(false);
    expect(dialogue.answer('T\r\n').isOver).toBe(true);
  });
});
