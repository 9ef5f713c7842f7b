// The exit code that a finished result deserves: what outweighs what.
import { describe, expect, it } from 'vitest';
import { exitOf, predictionOf } from '../../../src/commands/run/judge.ts';
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

describe('a prediction', () => {
  const holds = 'legit.lost == 0 for cdb-first';
  const fails = 'legit.sent == 0 for victim-rule';
  const unmeasured = 'target.backscatter == 0 for cdb-first';
  const predicted = (expects: readonly string[], invalid: readonly string[] = []) => {
    const result = resultWith([]);
    const runs = result.runs.map((run) => ({ ...run, valid: !invalid.includes(run.variant) }));
    return predictionOf({ ...result, runs, expects });
  };

  it.each([
    ['every expectation holds', [holds, 'legit.lost == 0'], [], 'confirmed', ['met', 'met']],
    ['one is missed', [holds, fails], [], 'refuted', ['met', 'missed']],
    [
      'one is missed and one has no data',
      [unmeasured, fails],
      [],
      'refuted',
      ['no-data', 'missed'],
    ],
    ['one has no data', [holds, unmeasured], [], 'inconclusive', ['met', 'no-data']],
    ['its variant cannot be trusted', [holds], ['cdb-first'], 'inconclusive', ['no-data']],
    ['another variant cannot be trusted', [holds], ['victim-rule'], 'confirmed', ['met']],
    [
      'one of all variants cannot',
      ['legit.lost == 0'],
      ['victim-rule'],
      'inconclusive',
      ['no-data'],
    ],
    ['one was missed in such a run', [fails], ['victim-rule'], 'inconclusive', ['no-data']],
    ['its variant was not played', ['legit.lost == 0 for stock'], [], 'inconclusive', ['no-data']],
  ])('where %s', (_, expects, invalid, outcome, states) => {
    const prediction = predicted(expects, invalid);
    expect(prediction?.outcome).toBe(outcome);
    expect(prediction?.expectations.map(({ state }) => state)).toEqual(states);
  });

  it('has the figure that decided', () => {
    const [, missed] = predicted([holds, fails])?.expectations ?? [];
    expect(missed?.shown).toMatch(/^\d/);
    const [unplayed] = predicted(['legit.lost == 0 for stock'])?.expectations ?? [];
    expect(unplayed?.shown).toBe('stock was not played');
    const [doubtful] = predicted([holds], ['cdb-first'])?.expectations ?? [];
    expect(doubtful?.shown).toBe('cdb-first cannot be trusted');
  });

  it('is none where nothing is expected', () => {
    expect(predicted([])).toBeUndefined();
    expect(predictionOf(resultWith([]))).toBeUndefined();
  });
});
