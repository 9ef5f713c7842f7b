import { describe, expect, it } from 'vitest';
import { messageLines } from '../../../src/commands/preview/excerpt.ts';

const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, i) => `${text} ${i + 1}`);
const message = (all: readonly string[]) => Buffer.from(`${all.join('\r\n')}\r\n`);

describe('an excerpt of a message', () => {
  it('is all of a short one, the empty lines included', () => {
    const short = ['Subject: x', '', ...lines(20), '', ''];
    expect(messageLines(message(short), false)).toEqual(short);
  });

  it('leaves out the middle of a long one and says how much, so that all add up', () => {
    const long = lines(500);
    const shown = messageLines(message(long), false);
    const at = shown.findIndex((line) => line.startsWith('[…'));
    const left = Number(
      /^\[… (\d+) lines left out; --full shows them\]$/.exec(shown[at] ?? '')?.[1],
    );
    expect(shown.length - 1 + left).toBe(500);
    expect(shown.slice(0, at)).toEqual(long.slice(0, at));
    expect(shown.slice(at + 1)).toEqual(long.slice(at + left));
    expect(messageLines(message(long), true)).toEqual(long);
  });

  it('leaves out most of an attachment, and shows what comes after it', () => {
    const code = Array.from({ length: 300 }, () => 'QUJD'.repeat(19));
    const all = ['Content-Type: x/y', '', ...code, 'QUI=', '--end--'];
    expect(messageLines(message(all), false)).toEqual([
      ...['Content-Type: x/y', '', code[0], code[1]],
      '[… 298 lines of base64 left out; --full shows them]',
      ...['QUI=', '--end--'],
    ]);
  });

  it('cuts wide lines, expands tabs, and shows what would move the cursor', () => {
    const odd = message(['a\tb', 'x'.repeat(81), 'bell\u0007 \u001b[2J']);
    expect(messageLines(odd, false)).toEqual([
      ...['a       b', `${'x'.repeat(79)}…`, 'bell\\x07 \\x1b[2J'],
    ]);
    expect(messageLines(odd, true)).toEqual(['a\tb', 'x'.repeat(81), 'bell\\x07 \\x1b[2J']);
  });

  it('reads what is no UTF-8 octet by octet', () => {
    expect(messageLines(Buffer.from('gr\u00fcn\r\n', 'latin1'), false)).toEqual(['gr\u00fcn']);
    expect(messageLines(Buffer.from('gr\u00fcn\r\n', 'utf8'), false)).toEqual(['gr\u00fcn']);
  });
});
