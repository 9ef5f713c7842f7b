// What a comparison asks of a scenario, and that ratio gates are judged by the answers.
import { describe, expect, it } from 'vitest';
import { parseGate } from '../../src/scenario/gate.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import { evaluateGates } from '../../src/verdict/evaluate.ts';
import { answer } from '../../src/verdict/questions.ts';
import { pairsOf } from './paired-runs.ts';

const ACTORS = [{ name: 'legit', kind: 'legit', rate: '25/s', planned: 325 }];
const subject = (goal: readonly string[], thresholds: readonly string[] = []) => ({
  goal,
  thresholds,
  expects: [],
  actors: ACTORS,
  variants: [{ name: 'base' }, { name: 'candidate' }],
});
const questions = (...texts: Parameters<typeof subject>) =>
  answer(subject(...texts), [], { ask: 'everything', looks: 3 }).map(
    ({ metric, phase, margin }) => `${metric} in ${phase}, ${margin}`,
  );

describe('the questions', () => {
  it('are how long real mail waits and what a rejection costs, of any scenario', () => {
    expect(questions([])).toEqual([
      'legit.latency.p95 in storm, 0.25',
      'reject.cpu_ms in storm, 0.1',
    ]);
  });
  it('are what goal and thresholds speak of, once each, but no counts', () => {
    const goal = ['legit.lost == 0', 'legit.latency.p95 < 3s in storm', 'legit.latency.p50 < 1s'];
    expect(questions(goal, ['legit.latency.p95 < 2s in storm, recovery'])).toEqual([
      'legit.latency.p95 in storm, 0.25',
      'legit.latency.p95 in recovery, 0.25',
      'legit.latency.p50 in run, 0.25',
      'reject.cpu_ms in storm, 0.1',
    ]);
  });
  it('have the margin of the threshold that is relative', () => {
    const [first] = questions([], ['legit.latency.p95 <= 1.5x baseline in storm']);
    expect(first).toBe('legit.latency.p95 in storm, 0.5');
  });
  it('share the false alarms among them and their looks', () => {
    const records = answer(subject([]), pairsOf([1, 2], [1, 2]), { ask: 'everything', looks: 3 });
    expect(records[0]?.level).toBeCloseTo(0.05 / (2 * 3), 12);
  });
});

describe('a threshold relative to the baseline', () => {
  const BASE = [2, 2.02, 1.98, 2.01, 1.99];
  const state = (text: string, factor: number, jitter = 0.01) => {
    const candidate = BASE.map(
      (value, i) => value * factor * (1 + (i % 2 === 0 ? jitter : -jitter)),
    );
    const runs = pairsOf(BASE, candidate);
    const verdicts = answer(subject([], [text]), runs, { ask: 'ratios', looks: 1 });
    const { gate } = parseGate(text, {
      metrics: metricsOf(ACTORS),
      variants: ['base', 'candidate'],
      emptyPhases: [],
    });
    if (!gate) throw new Error(text);
    expect(evaluateGates([gate], runs, 'base', verdicts)).toEqual([]);
    return evaluateGates([gate], runs, 'candidate', verdicts)[0]?.state;
  };
  it.each([
    ['legit.latency.p95 <= 1.1x baseline in storm', 1, 'met'],
    ['legit.latency.p95 <= 1.1x baseline in storm', 0.5, 'met'],
    ['legit.latency.p95 <= 1.1x baseline in storm', 1.3, 'missed'],
    ['legit.latency.p95 <= 1.1x baseline in storm', 1.09, 'inconclusive'],
    ['legit.latency.p95 < 0.5x baseline in storm', 0.4, 'met'],
    ['legit.latency.p95 < 0.5x baseline in storm', 0.8, 'missed'],
    ['legit.latency.p95 < 0.5x baseline in storm', 0.5, 'inconclusive'],
    ['legit.latency.p95 >= 2x baseline in storm', 3, 'met'],
    ['legit.latency.p95 >= 2x baseline in storm', 1.5, 'missed'],
    ['legit.latency.p95 >= 0.9x baseline in storm', 1, 'met'],
    ['legit.latency.p95 >= 0.9x baseline in storm', 0.7, 'missed'],
  ])('%s at %d times is %s', (text, factor, expected) => {
    expect(state(text, factor)).toBe(expected);
  });
  it('has no data where nothing was measured', () => {
    expect(state('legit.latency.p99 <= 1.1x baseline in storm', 1)).toBe('no-data');
  });
});
