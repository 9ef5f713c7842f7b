import { describe, expect, it } from 'vitest';
import type { Quota } from '../../src/actors/actor.ts';
import { Quotas } from '../../src/engine/quotas.ts';

const DAILY: Quota = {
  key: 4,
  limit: 2,
  from: 'end',
  periodMs: (state) => (state === 'deferred' ? 0 : 1000),
};

describe('a quota of two in 1000 ms of campaign time, compressed tenfold', () => {
  it('allows two, and more once the period from the first is over', () => {
    const quotas = new Quotas(10);
    expect(quotas.allows(1, DAILY, 0)).toBe(true);
    quotas.note(1, DAILY, 'accepted', 0);
    expect(quotas.allows(1, DAILY, 10)).toBe(true);
    quotas.note(1, DAILY, 'rejected', 50);
    expect(quotas.allows(1, DAILY, 99)).toBe(false);
    expect(quotas.allows(1, DAILY, 100)).toBe(true);
    quotas.note(1, DAILY, 'accepted', 100);
    expect(quotas.allows(1, DAILY, 101)).toBe(true);
  });

  it('does not count what its rule does not count', () => {
    const quotas = new Quotas(10);
    for (let i = 0; i < 5; i += 1) quotas.note(1, DAILY, 'deferred', 0);
    expect(quotas.allows(1, DAILY, 0)).toBe(true);
  });

  it('holds per host and key', () => {
    const quotas = new Quotas(10);
    for (let i = 0; i < 2; i += 1) quotas.note(1, DAILY, 'accepted', 0);
    expect(quotas.allows(1, DAILY, 0)).toBe(false);
    expect(quotas.allows(2, DAILY, 0)).toBe(true);
    expect(quotas.allows(1, { ...DAILY, key: 5 }, 0)).toBe(true);
    expect(quotas.allows(0, { ...DAILY, key: 2 ** 20 - 1 }, 0)).toBe(true);
  });
});
