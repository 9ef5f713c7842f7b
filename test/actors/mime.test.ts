// MIME messages byte by byte: boundaries, parts within parts, and the two encodings.
import { describe, expect, it } from 'vitest';
import {
  attachedPart,
  composeMime,
  Multipart,
  quotedPart,
  rawPart,
} from '../../src/actors/mime.ts';

function lines(...all: readonly string[]): string {
  return all.join('\r\n');
}

describe('a multipart', () => {
  it('stands between lines of its boundary, one within another, after its preamble', () => {
    const inner = new Multipart('IN');
    inner.append(rawPart(['Content-Type: text/plain'], 'one'));
    inner.append(rawPart([], 'two'));
    const outer = new Multipart('OUT', 'Made of parts.\r\n\r\n');
    outer.append(rawPart(['Content-Type: multipart/alternative; boundary=IN'], `${inner}`));
    outer.append(rawPart(['Content-Type: message/rfc822'], 'caf\xe9\r\n'));
    const head = ['Subject: x', 'Content-Type: multipart/mixed; boundary="OUT"'];
    expect(composeMime(head, outer).toString('latin1')).toBe(
      lines(
        'Subject: x',
        'Content-Type: multipart/mixed; boundary="OUT"',
        '',
        'Made of parts.',
        '',
        '--OUT',
        'Content-Type: multipart/alternative; boundary=IN',
        '',
        '--IN',
        'Content-Type: text/plain',
        '',
        'one',
        '--IN',
        '',
        'two',
        '--IN--',
        '',
        '--OUT',
        'Content-Type: message/rfc822',
        '',
        'caf\xe9',
        '',
        '--OUT--',
        '',
      ),
    );
  });
});

describe('a part', () => {
  it('of text is quoted-printable in lines of 76 at most', () => {
    const part = quotedPart(
      'text/html; charset=us-ascii',
      `<p a="1">${'word '.repeat(20)}</p>\r\n`,
    );
    const [type, encoding, empty, ...body] = part.split('\r\n');
    expect([type, encoding, empty]).toEqual([
      'Content-Type: text/html; charset=us-ascii',
      'Content-Transfer-Encoding: quoted-printable',
      '',
    ]);
    expect(body[0]).toMatch(/^<p a=3D"1">word .*=$/);
    expect(Math.max(...body.map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(body.join('\r\n').replaceAll('=\r\n', '').replaceAll('=3D', '=')).toBe(
      `<p a="1">${'word '.repeat(20)}</p>\r\n`,
    );
  });

  it.each([0, 1, 56, 57, 58, 114, 115])(
    'of a file of %d octets is base64 in lines of 76',
    (size) => {
      const file = Buffer.alloc(size, 'abc');
      const part = attachedPart('application/pdf', 'plan.pdf', file);
      const [head = '', body = ''] = part.split('\r\n\r\n');
      expect(head).toBe(
        lines(
          'Content-Type: application/pdf; name=plan.pdf',
          'Content-Transfer-Encoding: base64',
          'Content-Disposition: attachment; filename=plan.pdf',
        ),
      );
      const rows = body.split('\r\n');
      expect(rows.slice(0, -1).every((row) => row.length === 76)).toBe(true);
      expect(rows.at(-1)?.length).toBeLessThanOrEqual(76);
      expect(Buffer.from(body, 'base64')).toEqual(file);
    },
  );
});
