// Goals and thresholds against measured runs: met, missed, no data; over phases and over repeats.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Metric, Run } from '../../src/result/result.ts';
import { parseGate } from '../../src/scenario/gate.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import type { Gate } from '../../src/scenario/scenario.ts';
import { evaluateGate, evaluateGates } from '../../src/verdict/evaluate.ts';

function gate(text: string): Gate {
  const metrics = metricsOf([{ name: 'bouncers', kind: 'bouncer' }]);
  const reading = parseGate(text, { metrics, variants: ['stock', 'other'], emptyPhases: [] });
  if (reading.gate === undefined) throw new Error(`${text}: ${JSON.stringify(reading.complaints)}`);
  return reading.gate;
}

function run(metrics: readonly Metric[], rest: Partial<Run> = {}): Run {
  return {
    variant: 'stock',
    repeat: 1,
    valid: true,
    warnings: [],
    metrics,
    unavailable: [],
    histograms: {},
    timeline: [],
    outcomes: [],
    books: [],
    ledger: [],
    ...rest,
  };
}

const lost = (value: number, n?: number): Metric => ({
  phase: 'run',
  metric: 'legit.lost',
  value,
  unit: 'count',
  ...(n === undefined ? {} : { n }),
});
const p95 = (
  value: number,
  phase: Metric['phase'] = 'run',
  more: Partial<Metric> = {},
): Metric => ({
  phase,
  metric: 'legit.latency.p95',
  value,
  unit: 's',
  n: 300,
  ...more,
});
const rate = (k: number, n: number): Metric => ({
  phase: 'run',
  metric: 'attack.reject_rate',
  value: k / n,
  unit: 'share',
  n,
});

describe('one run', () => {
  test.each<[string, readonly Metric[], object]>([
    ['legit.lost == 0', [lost(0, 50)], { state: 'met', value: 0, n: 50 }],
    ['legit.lost == 0', [lost(1, 50)], { state: 'missed', value: 1, n: 50 }],
    ['legit.lost != 0', [lost(1)], { state: 'met', value: 1 }],
    ['legit.lost == 0', [lost(0, 0)], { state: 'no-data' }],
    ['legit.lost == 0', [], { state: 'no-data' }],
    ['legit.latency.p95 < 2s', [p95(Number.NaN)], { state: 'no-data' }],
    ['legit.latency.p95 < 2s', [p95(1.999)], { state: 'met', value: 1.999, n: 300 }],
    ['legit.latency.p95 < 2s', [p95(2)], { state: 'missed', value: 2, n: 300 }],
    ['legit.latency.p95 <= 2s', [p95(2)], { state: 'met', value: 2, n: 300 }],
    ['legit.latency.p95 > 2s', [p95(2)], { state: 'missed', value: 2, n: 300 }],
    ['legit.latency.p95 >= 2s', [p95(2)], { state: 'met', value: 2, n: 300 }],
    // Mail that never came is later than any limit, however early the run ended.
    [
      'legit.latency.p95 < 2s',
      [p95(1, 'run', { censored: true })],
      { state: 'missed', value: 1, n: 300, censored: true },
    ],
    // Without "in" the whole run counts; a phase does not stand in for it.
    ['legit.latency.p95 < 2s', [p95(1, 'storm')], { state: 'no-data' }],
    [
      'legit.latency.p95 < 2s in storm',
      [p95(9), p95(1, 'storm')],
      { state: 'met', value: 1, n: 300 },
    ],
    [
      'legit.latency.p95 < 2s in calm, storm',
      [p95(1, 'calm'), p95(1.5, 'storm')],
      { state: 'met', value: 1.5, n: 300 },
    ],
    [
      'legit.latency.p95 < 2s in calm, storm',
      [p95(3, 'calm'), p95(4, 'storm')],
      { state: 'missed', value: 4, n: 300 },
    ],
    [
      'legit.latency.p95 > 2s in calm, storm',
      [p95(4, 'calm'), p95(3, 'storm')],
      { state: 'met', value: 3, n: 300 },
    ],
    ['legit.latency.p95 < 2s in calm, storm', [p95(1, 'calm')], { state: 'no-data' }],
    [
      'legit.latency.p95 < 2s in calm, storm',
      [p95(3, 'calm')],
      { state: 'missed', value: 3, n: 300 },
    ],
  ])('%s %j', (text, metrics, expected) => {
    const wanted = gate(text);
    expect(evaluateGate(wanted, run(metrics))).toEqual({ gate: wanted, ...expected });
  });

  test.each(['rejected', 'actor.bouncers.rejected'])(
    "an actor's metric recorded as %s",
    (metric) => {
      const others = { phase: 'run', unit: 'count' } as const;
      const metrics: Metric[] = [
        { ...others, actor: 'legit', metric, value: 1 },
        { ...others, metric: 'rejected', value: 2 },
        { ...others, actor: 'bouncers', metric, value: 7 },
      ];
      const { value } = evaluateGate(gate('actor.bouncers.rejected > 5'), run(metrics));
      expect(value).toBe(7);
    },
  );
});

describe('a rate', () => {
  test('of exactly the limit holds: 999 of 1000 are 99.9 %', () => {
    const { state } = evaluateGate(gate('attack.reject_rate >= 99.9%'), run([rate(999, 1000)]));
    expect(state).toBe('met');
  });

  test('holds too where the limit carries the noise of a division', () => {
    const noisy = { ...gate('attack.reject_rate >= 99.9%'), limit: 99.9 / 100 };
    expect(noisy.limit).toBeGreaterThan(0.999);
    expect(evaluateGate(noisy, run([rate(999, 1000)])).state).toBe('met');
  });

  test('is compared as integers, for any k of n and any percentage', () => {
    const amounts = fc.record({
      n: fc.integer({ min: 1, max: 1e7 }),
      parts: fc.nat({ max: 100_000 }),
    });
    fc.assert(
      fc.property(amounts, fc.double({ min: 0, max: 1, noNaN: true }), ({ n, parts }, x) => {
        const k = Math.round(x * n);
        const text = `attack.reject_rate >= ${(parts / 1000).toFixed(3)}%`;
        const { state } = evaluateGate(gate(text), run([rate(k, n)]));
        const holds = BigInt(k) * 100_000n >= BigInt(parts) * BigInt(n);
        expect(state).toBe(holds ? 'met' : 'missed');
      }),
    );
  });

  test('that is no k of n is compared as it stands', () => {
    const cpu: Metric = {
      phase: 'run',
      metric: 'generator.cpu',
      value: 0.853,
      unit: 'share',
      n: 30,
    };
    expect(evaluateGate(gate('generator.cpu < 86%'), run([cpu])).state).toBe('met');
    expect(evaluateGate(gate('generator.cpu < 85%'), run([cpu])).state).toBe('missed');
  });
});

describe('several repeats', () => {
  const runs = (...metrics: readonly Metric[]) => metrics.map((metric) => run([metric]));
  const only = (text: string, list: readonly Run[]) =>
    evaluateGates([gate(text)], list, 'stock')[0];

  test('a latency is judged by its median', () => {
    const list = runs(p95(9), p95(1), p95(1.5));
    expect(only('legit.latency.p95 < 2s', list)).toMatchObject({ state: 'met', value: 1.5 });
  });

  test('an even number of runs gives the mean of the middle two', () => {
    const list = runs(p95(9), p95(1), p95(1.5), p95(2));
    expect(only('legit.latency.p95 < 2s', list)).toMatchObject({ state: 'met', value: 1.75 });
  });

  test('mail that never came moves the median to the end', () => {
    const list = runs(p95(1), p95(0.5, 'run', { censored: true }));
    expect(only('legit.latency.p95 < 2s', list)).toMatchObject({ state: 'missed', censored: true });
  });

  test('invalid runs and those of other variants have no say about a latency', () => {
    const list = [
      run([p95(1)]),
      run([p95(9)], { valid: false }),
      run([p95(9)], { variant: 'other' }),
    ];
    expect(only('legit.latency.p95 < 2s', list)).toMatchObject({ state: 'met', value: 1 });
  });

  test('a count must hold in every run, in an invalid one too', () => {
    const list = [run([lost(0)]), run([lost(1)], { valid: false }), run([lost(0)])];
    expect(only('legit.lost == 0', list)).toMatchObject({ state: 'missed', value: 1 });
  });

  test.each([
    ['no run at all', []],
    ['invalid runs only', [run([p95(1)], { valid: false })]],
    ['a run without the metric', [run([p95(1)]), run([])]],
  ])('%s is no data', (_, list) => {
    expect(only('legit.latency.p95 < 2s', list)?.state).toBe('no-data');
  });

  test('no run is no data for a count either', () => {
    expect(only('legit.lost == 0', [])?.state).toBe('no-data');
  });

  test('a gate for another variant is left out', () => {
    const gates = [gate('legit.lost == 0 for other'), gate('legit.lost == 0 for stock')];
    const states = evaluateGates(gates, runs(lost(0)), 'stock');
    expect(states.map((state) => state.gate.variant)).toEqual(['stock']);
  });
});
