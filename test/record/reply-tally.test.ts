// Replies by name: counted one by one, and bounded for a server that makes up another each time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyTally } from '../../src/record/reply-tally.ts';

type Reply = readonly [code: number, enhanced: number];

function tallyOf(replies: readonly Reply[]): Record<string, number> {
  const tally = new ReplyTally();
  for (const [code, enhanced] of replies) tally.add(code, enhanced);
  return Object.fromEntries(tally.named());
}

describe('a tally of replies', () => {
  it.each<readonly [string, readonly Reply[], Record<string, number>]>([
    ['a plain code', [[550, 0]], { 550: 1 }],
    ['an enhanced code, by its class', [[450, 2001]], { '450 4.2.0': 1 }],
    ['detail 0 of subject 0', [[550, 1]], { '550 5.0.0': 1 }],
    ['the largest there are', [[599, 1_000_000]], { '599 5.999.999': 1 }],
    [
      'the same code with and without',
      [
        [550, 0],
        [550, 1002],
        [550, 0],
      ],
      { 550: 2, '550 5.1.1': 1 },
    ],
  ])('names %s', (_, replies, named) => {
    expect(tallyOf(replies)).toEqual(named);
  });

  it('keeps 100 of a server that makes up another each time, the usual ones first', () => {
    const made = Array.from({ length: 5000 }, (_, i): Reply => [500 + (i % 50), 300_000 + i]);
    const named = tallyOf([...made, [550, 1002], [450, 0], ...made]);
    expect(Object.keys(named)).toHaveLength(101);
    expect(named).toMatchObject({ 450: 1, '550 5.1.1': 1, other: 10_000 - 2 * 98 });
  });

  it('says the same of the same replies in any order', () => {
    const replies = fc.array(fc.tuple(fc.integer({ min: 400, max: 599 }), fc.nat(3)), {
      minLength: 100,
      maxLength: 500,
      size: 'max',
    });
    fc.assert(
      fc.property(replies, (given) => {
        const sorted = [...given].sort(([a, b], [c, d]) => a - c || b - d);
        expect(tallyOf(sorted.toReversed())).toEqual(tallyOf(sorted));
        expect(tallyOf(given)).toEqual(tallyOf(sorted));
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
