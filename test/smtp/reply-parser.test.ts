import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enhancedCode, ReplyParser } from '../../src/smtp/reply-parser.ts';

/** Feeds chunks and lists every complete reply, or the fault that ended it. */
function parse(...chunks: string[]): string[] {
  const parser = new ReplyParser();
  const seen: string[] = [];
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, 'latin1');
    let at = 0;
    while (at < bytes.length) {
      at = parser.consume(bytes, at, bytes.length);
      if (parser.fault) return [...seen, parser.fault];
      if (parser.complete) seen.push(`${parser.code}|${parser.text()}`);
    }
  }
  return seen;
}

const REPLIES: readonly (readonly [string, string])[] = [
  ['a single line', '220 mx.target.test ESMTP\r\n'],
  ['several lines', '250-mx.target.test\r\n250-PIPELINING\r\n250 SIZE 10240000\r\n'],
  ['a code alone', '250\r\n'],
  ['bare line feeds', '250-a\n250 b\n'],
  ['an enhanced code', '550 5.1.1 <a@b.test>: unknown\r\n'],
  ['an empty continued line', '250-\r\n250 \r\n'],
];

describe('the reply parser', () => {
  for (const [name, reply] of REPLIES) {
    it(`reads ${name}, split at every byte`, () => {
      const whole = parse(reply);
      expect(whole).toEqual([`${reply.slice(0, 3)}|${reply}`]);
      for (let cut = 1; cut < reply.length; cut += 1) {
        expect(parse(reply.slice(0, cut), reply.slice(cut))).toEqual(whole);
      }
      expect(parse(...reply)).toEqual(whole);
    });
  }

  it('reads pipelined replies one by one wherever the chunks are cut', () => {
    const replies = REPLIES.map(([, reply]) => reply);
    const stream = replies.join('');
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const chunks = edges.slice(1).map((end, i) => stream.slice(edges[i], end));
        expect(parse(...chunks)).toEqual(replies.map((reply) => `${reply.slice(0, 3)}|${reply}`));
      }),
    );
  });

  it.each([
    ['words', 'hello\r\n', 'not-a-reply'],
    ['an HTTP server', 'HTTP/1.1 400 Bad Request\r\n', 'not-a-reply'],
    ['a code of two digits', '25 ok\r\n', 'not-a-reply'],
    ['a code beyond 599', '650 ok\r\n', 'not-a-reply'],
    ['a code without a separator', '250ok\r\n', 'not-a-reply'],
    ['an empty line', '\r\n', 'not-a-reply'],
    ['zero bytes', '\0\0\0\0', 'not-a-reply'],
    ['a line without end', `220 ${'x'.repeat(5000)}`, 'line-too-long'],
    ['a reply without end', '250-more\r\n'.repeat(10_000), 'reply-too-long'],
  ])('takes %s for a fault', (_, bytes, fault) => {
    const chunks = bytes.match(/[\s\S]{1,1000}/g) ?? [];
    expect(parse(...chunks).at(-1)).toBe(fault);
  });

  it('is ready for the next connection after a reset in the middle of a reply', () => {
    const parser = new ReplyParser();
    const half = Buffer.from('250-half\r\n25');
    parser.consume(half, 0, half.length);
    parser.reset();
    const whole = Buffer.from('220 ok\r\n');
    parser.consume(whole, 0, whole.length);
    expect([parser.complete, parser.code, parser.text()]).toEqual([true, 220, '220 ok\r\n']);
  });
});

describe('an enhanced status code', () => {
  it.each([
    ['550 5.1.1 unknown\r\n', [5, 1, 1]],
    ['550-5.7.1 first line\r\n550 5.7.26 last line\r\n', [5, 7, 26]],
    ['450 4.2.0\r\n', [4, 2, 0]],
    ['550 unknown\r\n', undefined],
    ['550 3.1.1 no such class\r\n', undefined],
    ['550 5.1.1111 too long\r\n', undefined],
  ])('of %j is %j', (text, expected) => {
    expect(enhancedCode(text)).toEqual(expected);
  });
});
