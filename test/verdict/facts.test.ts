// Counts and bytes against a stored result: what is worse, what is not, and what is nobody's fact.
import { describe, expect, it } from 'vitest';
import { difference } from '../../src/result/comparable.ts';
import type { Metric, Result } from '../../src/result/result.ts';
import { compareFacts } from '../../src/verdict/facts.ts';
import { BEHAVIOURS, sampleResult } from '../report/sample-result.ts';

const TWO = BEHAVIOURS.filter(({ name }) => name === 'stock' || name === 'victim-rule');
const fact = (metric: string, value: number, phase: Metric['phase']): Metric => ({
  phase,
  metric,
  value,
  unit: metric.endsWith('bytes') ? 'B' : 'count',
  n: 100,
});
function result(lost: readonly number[], bytes: readonly number[]): Result {
  const base = sampleResult(TWO, lost.length);
  const runs = base.runs.map((run) => ({
    ...run,
    metrics: [
      fact('legit.lost', lost[run.repeat - 1] ?? 0, 'run'),
      fact('reject.bytes', bytes[run.repeat - 1] ?? 0, 'storm'),
    ],
  }));
  return { ...base, runs };
}
const worse = (now: Result, before: Result) =>
  compareFacts(now, before)
    .filter(({ isWorse }) => isWorse)
    .map(({ variant, metric, measured, stored }) => [variant, metric, measured, stored]);

describe('facts', () => {
  const before = result([0, 0, 0], [1000, 1010, 990]);
  it('may stay as they are, and bytes may grow by a tenth', () => {
    expect(worse(result([0, 0, 0], [1090, 1100, 1095]), before)).toEqual([]);
  });
  it('that are counted may not grow at all, in any run', () => {
    expect(worse(result([0, 1, 0], [1000, 1000, 1000]), before)).toEqual([
      ['victim-rule', 'legit.lost', 1, 0],
    ]);
  });
  it('in bytes are their median', () => {
    expect(worse(result([0, 0, 0], [1200, 1300, 900]), before)).toEqual([
      ['victim-rule', 'reject.bytes', 1200, 1000],
    ]);
  });
  it('are held against the stored baseline where the variant is new', () => {
    const other = { ...before, variants: [{ name: 'stock', changes: [], configuration: [] }] };
    expect(compareFacts(result([2, 2, 2], [1, 1, 1]), other)[0]).toMatchObject({
      stored: 0,
      measured: 2,
    });
  });
});

describe('results', () => {
  const one = sampleResult();
  it('of the same machine, server and load are comparable', () => {
    expect(
      difference(one, { ...one, machine: { ...one.machine, memoryBytes: 8.1e9 } }),
    ).toBeUndefined();
  });
  it.each([
    ['machine', { machine: { ...one.machine, cores: 64 } }],
    ['mail server', { target: { ...one.target, version: 'Postfix 4' } }],
    ['load', { planDigest: 'sha256:0' }],
  ])('of another %s are not', (what, more) => {
    expect(difference(one, { ...one, ...more })).toMatch(new RegExp(`^another ${what} \\(`));
  });
});
