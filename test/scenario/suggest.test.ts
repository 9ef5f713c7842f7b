// "Did you mean": near words are found, far ones are not forced on anybody.
import { describe, expect, test } from 'vitest';
import { editDistance, suggest } from '../../src/scenario/suggest.ts';

test.each([
  ['', '', 0],
  ['abc', '', 3],
  ['storm', 'storm', 0],
  ['strom', 'storm', 1],
  ['calmm', 'calm', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %d', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

describe('a suggestion', () => {
  const known = ['warmup', 'calm', 'storm', 'recovery'];
  test.each([
    ['strom', 'storm'],
    ['Storm', 'storm'],
    ['recvery', 'recovery'],
    ['zzz', undefined],
    ['', undefined],
  ])('for %j is %j', (typed, meant) => {
    expect(suggest(typed, known)).toBe(meant);
  });
});
