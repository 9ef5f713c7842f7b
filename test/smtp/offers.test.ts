import { describe, expect, it } from 'vitest';
import { offersIn } from '../../src/smtp/offers.ts';

describe('a reply to EHLO', () => {
  it.each([
    [
      ['SIZE 1000', '8BITMIME', 'pipelining'],
      ['pipelining', 'size', 'eightBit'],
    ],
    [['SIZE=1000'], ['size']],
    [
      ['STARTTLS', 'CHUNKING'],
      ['chunking', 'starttls'],
    ],
    [['PIPELINE', 'XSIZE', 'SIZES', 'AUTH STARTTLS'], []],
    [[], []],
  ])('with %j offers %j', (lines, offered) => {
    const all = ['mx.target.test greets you', ...lines];
    const reply = all.map((line, i) => `250${i < lines.length ? '-' : ' '}${line}\r\n`).join('');
    const offers = offersIn(reply);
    expect(Object.entries(offers).flatMap(([name, is]) => (is ? [name] : []))).toEqual(offered);
  });

  it('offers nothing by the name that it greets with', () => {
    expect(offersIn('250-STARTTLS\r\n250 SIZE\r\n')).toMatchObject({ starttls: false, size: true });
    expect(offersIn('250 STARTTLS\r\n')).toMatchObject({ starttls: false, size: false });
  });

  it('is understood anew when it changes, and alike when only the greeting does', () => {
    const first = offersIn('250-hello 127.0.0.2\r\n250 SIZE\r\n');
    expect(offersIn('250-hello 127.0.0.3\r\n250 SIZE\r\n')).toEqual(first);
    expect(offersIn('250-hello 127.0.0.3\r\n250 CHUNKING\r\n')).not.toEqual(first);
    expect(offersIn('250-hello 127.0.0.2\r\n250 SIZE\r\n')).toEqual(first);
  });
});
