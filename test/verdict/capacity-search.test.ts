// The search for the biggest storm: against servers with a sharp limit, with a fuzzy one, and with none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/plan/random.ts';
import { CapacitySearch, type Outcome } from '../../src/verdict/capacity-search.ts';

function search(play: (size: number) => Outcome) {
  const search_ = new CapacitySearch();
  const sizes: number[] = [];
  for (let size = search_.next(); size !== undefined; size = search_.next()) {
    sizes.push(size);
    if (sizes.length > 100) throw new Error('it never ends');
    search_.tell(size, play(size));
  }
  return { ...search_.bracket, sizes };
}

describe('the search', () => {
  it('finds any sharp limit, from both sides, each confirmed', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 30, noNaN: true }), (limit) => {
        const { held = 0, broke = 0, sizes } = search((size) => (size <= limit ? 'held' : 'broke'));
        expect(held).toBeLessThanOrEqual(limit);
        expect(broke).toBeGreaterThan(limit);
        expect(broke / held).toBeLessThanOrEqual(1.2);
        expect(sizes.length).toBeLessThanOrEqual(14);
      }),
    );
  });

  it('leaves a fuzzy limit within its answer, most of the time', () => {
    let missed = 0;
    for (let seed = 0; seed < 300; seed += 1) {
      const random = randomStream(seed, 1);
      // Half of the runs hold at 3; nearly all at 2.6, and hardly any at 3.4.
      const { held = 0, broke = Number.POSITIVE_INFINITY } = search((size) =>
        Math.log(size / 3) / 0.06 + 2 * (random() + random() + random() - 1.5) < 0
          ? 'held'
          : 'broke',
      );
      expect(held).toBeLessThan(broke);
      if (held > 3.3 || broke < 2.7) missed += 1;
    }
    expect(missed).toBeLessThanOrEqual(9);
  });

  it('ends where the generator does', () => {
    const { held, broke, invalid, sizes } = search((size) => (size < 5 ? 'held' : 'invalid'));
    expect(held).toBeLessThan(5);
    expect(broke).toBeUndefined();
    expect((invalid ?? 0) / (held ?? 1)).toBeLessThanOrEqual(1.2);
    expect(sizes.length).toBeLessThanOrEqual(10);
  });

  it.each([
    ['held', { held: 64, broke: undefined }],
    ['broke', { held: undefined, broke: 1 / 64 }],
    ['invalid', { held: undefined, broke: undefined, invalid: 1 / 64 }],
  ] as const)('ends where everything %s', (outcome, bracket) => {
    expect(search(() => outcome)).toMatchObject(bracket);
  });
});
