// The order in which a comparison plays its variants, and when it ends.
import { describe, expect, it } from 'vitest';
import { Comparison, type ComparisonOrder, repeats } from '../../../src/commands/run/programme.ts';
import type { Run, VerdictRecord } from '../../../src/result/result.ts';
import { runOf } from '../../verdict/paired-runs.ts';

const VARIANTS = ['a', 'b', 'c'];
type Verdict = VerdictRecord['verdict'];

interface Course {
  readonly seed?: number;
  readonly variants?: readonly string[];
  readonly order?: ComparisonOrder;
  readonly verdicts?: readonly Verdict[];
  readonly isValid?: (variant: string, repeat: number) => boolean;
}

/** Plays to the end, ten seconds a run. */
function play({ seed = 1, variants = VARIANTS, order = {}, verdicts = [], isValid }: Course) {
  let looks = 0;
  const isDecided = (): boolean => {
    const verdict = verdicts[looks] ?? 'inconclusive';
    looks += 1;
    return verdict !== 'inconclusive';
  };
  const comparison = new Comparison(variants, seed, order, isDecided);
  const runs: Run[] = [];
  const played: string[] = [];
  for (;;) {
    const turn = comparison.next(runs, played.length * 10);
    if (!turn) break;
    played.push(`${turn.variant}${turn.repeat}`);
    const valid = isValid?.(turn.variant, turn.repeat) ?? true;
    if (turn.repeat > 0) runs.push({ ...runOf(turn.variant, turn.repeat, 1), valid });
  }
  return { played, runs, facts: comparison.facts, looks, planned: comparison.planned };
}

describe('a comparison', () => {
  it('drops a pair first, then goes through all variants forwards and backwards in turn', () => {
    const { played, facts } = play({ order: { repeat: 4 } });
    const [first, second] = facts.order;
    expect(played.slice(0, 2)).toEqual([`${first?.[0]}0`, `${first?.[1]}0`]);
    expect(second).toEqual([...(first ?? [])].reverse());
    expect(facts.order).toEqual([first, second, first, second]);
    expect(played).toHaveLength(2 + 4 * 3);
    expect(facts).toMatchObject({ warmUps: 2, looks: [4], ended: 'all-played' });
  });

  it('begins with either variant, as the seed has it', () => {
    const firsts = Array.from({ length: 40 }, (_, seed) => {
      const { facts } = play({ seed, variants: ['a', 'b'], order: { repeat: 2 } });
      return facts.order[0]?.[0];
    });
    const a = firsts.filter((one) => one === 'a').length;
    expect(a).toBeGreaterThan(8);
    expect(a).toBeLessThan(32);
  });

  it.each([
    [5, ['better']],
    [10, ['inconclusive', 'equivalent']],
    [15, ['inconclusive', 'inconclusive']],
  ] as const)('ends after %d pairs where that decides it', (pairs, verdicts) => {
    const { facts } = play({ verdicts });
    expect(facts.order).toHaveLength(pairs);
    expect(facts.ended).toBe(pairs === 15 ? 'all-played' : 'decided');
  });

  it('plays another round for one that cannot be trusted', () => {
    const { facts } = play({ order: { repeat: 4 }, isValid: (v, r) => !(v === 'b' && r === 2) });
    expect(facts.order).toHaveLength(5);
  });

  it('gives up after half as many rounds again', () => {
    const { facts } = play({ order: { repeat: 4 }, isValid: (variant) => variant !== 'b' });
    expect(facts.order).toHaveLength(6);
  });

  it('begins no round that would end too late', () => {
    // Two runs, then rounds of 30 s: two of them fit into 100 s.
    const { facts } = play({ order: { budgetS: 100 } });
    expect(facts).toMatchObject({ ended: 'out-of-time' });
    expect(facts.order).toHaveLength(2);
  });

  it('knows how much is still to come, as far as it can', () => {
    const comparison = new Comparison(['a', 'b'], 1, {}, () => true);
    expect(comparison.planned).toBe(2 + 5 * 2);
    expect(play({ order: { repeat: 3 } }).planned).toBe(2 + 3 * 3);
  });
});

describe('a plain run', () => {
  it('plays every variant in turn, as often as it should', () => {
    const programme = repeats(['a', 'b'], 2);
    const turns = Array.from({ length: 5 }, () => programme.next([], 0));
    expect(turns.map((turn) => turn && `${turn.variant}${turn.repeat}`)).toEqual([
      'a1',
      'b1',
      'a2',
      'b2',
      undefined,
    ]);
    expect(programme.planned).toBe(4);
  });
});
