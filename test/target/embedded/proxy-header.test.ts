// The PROXY protocol's header: what it says, split anywhere, and what is none.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeProxyHeader } from '../../../src/target/embedded/proxy-header.ts';
import { proxy1, proxy2 } from '../dialogues.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const V2 = '\r\n\r\n\0\r\nQUIT\n';
const V6 = '2001:db8::25';
const GROUPS = '\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x25';

const HEADERS: readonly (readonly [string, string | undefined])[] = [
  [proxy1('10.140.1.1'), '10.140.1.1'],
  ['PROXY TCP6 2001:DB8:0:0::25 ::1 4000 25\r\n', V6],
  ['PROXY UNKNOWN\r\n', undefined],
  ['PROXY UNKNOWN ffff:: ffff:: 65535 65535\r\n', undefined],
  [proxy2('10.140.1.1'), '10.140.1.1'],
  [`${V2}\x21\x21\0\x24${GROUPS}${GROUPS}\x0f\xa0\0\x19`, V6],
  // More bytes than the addresses: type-length-values, which say nothing about the client.
  [`${V2}\x21\x11\0\x10\x0a\x8c\x01\x01\x0a\x4d\0\x01\x0f\xa0\0\x19\x04\0\x01\0`, '10.140.1.1'],
  [proxy2('10.140.1.1', 0x20), undefined],
  [`${V2}\x20\0\0\0`, undefined],
  // A Unix socket's.
  [`${V2}\x21\x31\0\x01x`, undefined],
];

describe('a header', () => {
  it.each(HEADERS)('%j is of the client %s', (text, client) => {
    const complete = { kind: 'complete', length: text.length, client };
    expect(decodeProxyHeader(bytes(text))).toEqual(complete);
    expect(decodeProxyHeader(bytes(`${text}EHLO x\r\n`))).toEqual(complete);
  });

  it.each(HEADERS)('%j is incomplete until its last byte', (text) => {
    for (let end = 0; end < text.length; end += 1) {
      expect(decodeProxyHeader(bytes(text.slice(0, end)))).toEqual({ kind: 'incomplete' });
    }
  });

  it('of either version tells any IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (client) => {
        expect(decodeProxyHeader(bytes(proxy1(client)))).toMatchObject({ client });
        expect(decodeProxyHeader(bytes(proxy2(client)))).toMatchObject({ client });
      }),
    );
  });
});

describe('no header', () => {
  it.each([
    'EHLO x\r\n',
    'PROXY\r\n',
    'PROXY \r\n',
    'PROXY TCP4 10.140.1.1\r\n',
    'PROXY TCP4 10.140.1.256 10.77.0.1 4000 25\r\n',
    'PROXY TCP4 10.140.1 10.77.0.1 4000 25\r\n',
    'PROXY TCP4 ::1 ::1 4000 25\r\n',
    'PROXY TCP6 10.140.1.1 10.77.0.1 4000 25\r\n',
    'PROXY TCP6 [::1]/x ::1 4000 25\r\n',
    'PROXY TCP5 10.140.1.1 10.77.0.1 4000 25\r\n',
    `PROXY UNKNOWN ${'x'.repeat(107)}\r\n`,
    // The wrong version, and addresses that do not fit into the length.
    `${V2}\x11\x11\0\x0c${'\0'.repeat(12)}`,
    `${V2}\x21\x11\0\x04\x0a\x8c\x01\x01`,
    `${V2.slice(0, 11)}x`,
  ])('%j is invalid', (text) => {
    expect(decodeProxyHeader(bytes(text))).toEqual({ kind: 'invalid' });
  });

  it('any bytes end in an answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, signed) => {
        const text = Buffer.concat([bytes(signed ? V2 : 'PROXY '), tail]);
        expect(['incomplete', 'invalid', 'complete']).toContain(decodeProxyHeader(text).kind);
      }),
    );
  });
});
