// How a trusting target is told who calls. The bytes of version 2 are those of haproxy's
// proxy-protocol.txt, section 2.2, put together by hand.
import { describe, expect, it } from 'vitest';
import { introductionOf } from '../../src/engine/introduction.ts';
import { sourceAddress } from '../../src/plan/source-address.ts';

const ADDRESS = sourceAddress('laboratory', 5) ?? '';
const NAME = 'mx1.northwind.example';

describe('host 5 calls 127.0.0.1', () => {
  it('by its own address: nothing is told', () => {
    expect(introductionOf('address', 5, NAME, '127.0.0.1')).toBeUndefined();
  });

  it('by XCLIENT', () => {
    expect(introductionOf('xclient', 5, NAME, '127.0.0.1')).toEqual({
      xclient: `NAME=${NAME} ADDR=${ADDRESS}`,
    });
  });

  it('by version 1 of the PROXY protocol', () => {
    const prelude = introductionOf('proxy-v1', 5, NAME, '127.0.0.1')?.prelude;
    expect(Buffer.from(prelude ?? []).toString()).toBe(
      `PROXY TCP4 ${ADDRESS} 127.0.0.1 1029 25\r\n`,
    );
  });

  it('by version 2 of the PROXY protocol', () => {
    const prelude = introductionOf('proxy-v2', 5, NAME, '127.0.0.1')?.prelude;
    const from = ADDRESS.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
    expect(Buffer.from(prelude ?? []).toString('hex')).toBe(
      `0d0a0d0a000d0a515549540a2111000c${from.join('')}7f00000104050019`,
    );
  });

  it('at an IPv6 address by one family throughout', () => {
    const prelude = introductionOf('proxy-v1', 5, NAME, '::1')?.prelude;
    expect(Buffer.from(prelude ?? []).toString()).toMatch(/^PROXY TCP4 [\d.]+ 10\.77\.0\.1 /);
  });
});

it('gives every host of 130,000 an address of its own', () => {
  const told = new Set<string>();
  for (let host = 0; host < 130_000; host += 1) {
    told.add(introductionOf('xclient', host, '', '127.0.0.1')?.xclient ?? '');
  }
  expect(told.size).toBe(130_000);
});
