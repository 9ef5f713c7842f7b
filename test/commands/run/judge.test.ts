// The exit code that a finished result deserves: what outweighs what.
import { describe, expect, it } from 'vitest';
import { exitOf } from '../../../src/commands/run/judge.ts';
import type { Result } from '../../../src/result/result.ts';
import { BEHAVIOURS, sampleResult } from '../../report/sample-result.ts';

function resultWith(thresholds: readonly string[], invalid = false): Result {
  const result = sampleResult(BEHAVIOURS.slice(3));
  return { ...result, thresholds, runs: result.runs.map((run) => ({ ...run, valid: !invalid })) };
}

describe('the exit code', () => {
  it.each([
    ['no threshold', [], false, 0, 'done'],
    ['a threshold that holds', ['legit.lost == 0'], false, 0, 'every threshold holds'],
    ['one that fails', ['legit.lost == 0', 'legit.sent == 0'], false, 5, 'legit.sent == 0'],
    ['a threshold without data', ['target.backscatter == 0'], false, 6, 'has no data'],
    ['a run that cannot be trusted', [], true, 6, 'cannot be trusted'],
    ['a count that fails in such a run', ['legit.sent == 0'], true, 5, 'legit.sent == 0'],
    [
      'a failure beside missing data',
      ['target.backscatter == 0', 'legit.sent == 0'],
      false,
      5,
      'sent',
    ],
  ])('with %s: %#', (_, thresholds, invalid, code, words) => {
    const exit = exitOf(resultWith(thresholds, invalid));
    expect(exit.code).toBe(code);
    expect(exit.meaning).toContain(words);
  });

  it('names every variant that failed', () => {
    expect(exitOf(resultWith(['legit.sent == 0'])).meaning).toBe(
      'a threshold failed (victim-rule: legit.sent == 0; cdb-first: legit.sent == 0)',
    );
  });
});
