// How many generator threads a run has by default: the target's cores come first.
import { describe, expect, it } from 'vitest';
import { chooseCrew } from '../../../src/commands/run/workers.ts';
import { formatCrew } from '../../../src/report/format.ts';

describe('the number of workers', () => {
  it.each([
    ['embedded', 1, 1],
    ['embedded', 2, 1],
    ['embedded', 3, 2],
    ['embedded', 4, 3],
    ['embedded', 9, 8],
    ['embedded', 64, 8],
    ['postfix', 1, 1],
    ['postfix', 2, 1],
    ['postfix', 3, 1],
    ['postfix', 4, 2],
    ['postfix', 5, 2],
    ['postfix', 16, 8],
    ['postfix', 64, 8],
    ['external', 2, 1],
    ['external', 6, 3],
  ] as const)('for the %s target on %d cores is %d', (kind, cores, workers) => {
    expect(chooseCrew(kind, undefined, cores)).toEqual({ workers, cores });
  });

  it('is what the user asks for, whatever the machine has', () => {
    expect(chooseCrew('embedded', 16, 2)).toEqual({ workers: 16, cores: 2 });
  });

  it.each([
    [1, 2, '1 worker on 2 cores, 1 left for the target'],
    [3, 8, '3 workers on 8 cores, 5 left for the target'],
    [1, 1, '1 worker on 1 core, none left for the target'],
    [4, 2, '4 workers on 2 cores, none left for the target'],
  ])('%d of %d reads "%s"', (workers, cores, words) => {
    expect(formatCrew(workers, cores)).toBe(words);
  });
});
