import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAddress } from '../../src/recipients/address.ts';
import { AddressSet } from '../../src/recipients/address-set.ts';

const PLAIN = { smtputf8: false };
const LONG = 'x'.repeat(64);

describe('an address', () => {
  it.each([
    ['Jim@XMAN.test', 'jim@xman.test'],
    ["o'neil+tag/x=y@xman.test", "o'neil+tag/x=y@xman.test"],
    ['"john doe"@xman.test', '"john doe"@xman.test'],
    ['"a@b\\"c"@xman.test', '"a@b\\"c"@xman.test'],
    ['root@localhost', 'root@localhost'],
    ['jim@[192.0.2.1]', 'jim@[192.0.2.1]'],
    ['jim@[IPv6:2001:db8::1]', 'jim@[ipv6:2001:db8::1]'],
    [`${LONG}@xman.test`, `${LONG}@xman.test`],
  ])('%s is taken', (text, address) => {
    expect(readAddress(text, PLAIN)).toEqual({ address });
  });

  it.each([
    ['jim', /no domain/],
    ['jim@', /no domain/],
    ['@xman.test', /no local part/],
    ['a..b@xman.test', /a dot/],
    ['.a@xman.test', /a dot/],
    ['a b@xman.test', /a blank outside quotes/],
    ['<a@xman.test>', /< outside quotes/],
    ['"a@xman.test', /malformed/],
    ['a@b@xman.test', /b@xman where/],
    ['a@-x.test', /-x where/],
    ['a@x_y.test', /x_y where/],
    ['a@xman..test', /empty label/],
    ['a@xman.test.', /empty label/],
    [`x${LONG}@xman.test`, /local part is longer than 64/],
    [`a@${LONG}.test`, /label longer than 63/],
    [`a@${'x.'.repeat(127)}xy`, /domain is longer than 255/],
    [`${LONG}@${'x.'.repeat(100)}test`, /longer than 254/],
    ['jürgen@xman.test', /beyond ASCII/],
    ['a\u0000@xman.test', /control character/],
    ['a\ufffd@xman.test', /not UTF-8/],
  ])('%j is refused with the reason', (text, reason) => {
    expect(readAddress(text, PLAIN)).toEqual({ reason: expect.stringMatching(reason) });
  });

  it('may be beyond ASCII where that is asked for, and counts in octets', () => {
    expect(readAddress('JÜrgen@bücher.test', { smtputf8: true })).toEqual({
      address: 'jürgen@bücher.test',
    });
    expect(readAddress(`${'ü'.repeat(33)}@x.test`, { smtputf8: true }).reason).toMatch(/64/);
  });

  it('without a domain gets the one that is given', () => {
    const rules = { ...PLAIN, domain: 'xman.test' };
    expect(readAddress('Jim', rules)).toEqual({ address: 'jim@xman.test' });
    expect(readAddress('jim@other.test', rules)).toEqual({ address: 'jim@other.test' });
  });
});

describe('a set of addresses', () => {
  it('is a Set that numbers its members', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 3000 }),
        (texts) => {
          const numbers = new Map<string, number>();
          const set = new AddressSet();
          for (const text of texts) {
            if (!numbers.has(text)) numbers.set(text, numbers.size);
            expect(set.add(text)).toBe(numbers.get(text));
          }
          expect([...set].map(String)).toEqual([...numbers.keys()]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('grows beyond its first table and block', () => {
    const set = new AddressSet();
    for (let i = 0; i < 60_000; i += 1) set.add(`user.number${i}@xman.test`);
    expect(set.size).toBe(60_000);
    for (let i = 0; i < 60_000; i += 7) {
      if (set.find(Buffer.from(`user.number${i}@xman.test`)) !== i) expect.fail(`lost ${i}`);
    }
    expect(set.find(Buffer.from('nobody@xman.test'))).toBe(-1);
  });
});
