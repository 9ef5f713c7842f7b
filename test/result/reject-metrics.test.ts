// The price of a reject: what the storm took beyond a calm of the same length.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/record/timeline.ts';
import { rejectMetrics, rejectUnavailable } from '../../src/result/reject-metrics.ts';
import { BOUNCERS, batchOf, many, recorderOf, smallPlan } from '../record/rows.ts';

const REJECTED = 50;

/** Warm-up to 500 ms, calm as long as given, storm of 2 s; rejects in the storm, and some after it. */
function pricesOf(samples: readonly Sample[], calmMs = 1000): Record<string, number> {
  const recorder = recorderOf(true, smallPlan({ phases: { calmMs } }));
  for (const { atMs, ...sample } of samples) recorder.sampled(sample, atMs);
  const stormMs = 500 + calmMs;
  const reject = { actor: BOUNCERS, state: 'rejected', code: 550, stage: 'rcpt' } as const;
  const bytes = { bytesIn: 100, bytesOut: 200 } as const;
  recorder.outcomes(
    batchOf([
      ...many(REJECTED, { ...reject, ...bytes, intended: stormMs + 1 }),
      // Deferred, and back after the storm: its bytes count, the later reject does not.
      { ...reject, ...bytes, index: 50, state: 'deferred', code: 450, intended: stormMs + 1 },
      { ...reject, ...bytes, index: 50, attempt: 1, intended: stormMs + 2001 },
    ]),
  );
  const metrics = rejectMetrics(recorder, 'storm', [BOUNCERS]);
  expect(metrics.every(({ n, phase }) => n === REJECTED && phase === 'storm')).toBe(true);
  return Object.fromEntries(metrics.map(({ metric, value }) => [metric, value]));
}

const at = (atMs: number, cpuS: number, logBytes = 0): Sample => ({ atMs, cpuS, logBytes });

describe('a reject', () => {
  it('that was decided after the storm is not paid with what the storm took', () => {
    const recorder = recorderOf(true, smallPlan());
    for (const { atMs, ...sample } of [at(500, 0), at(1500, 0), at(3500, 1)]) {
      recorder.sampled(sample, atMs);
    }
    const reject = { actor: BOUNCERS, state: 'rejected', code: 550, stage: 'rcpt' } as const;
    recorder.outcomes(
      batchOf([
        ...many(10, { ...reject, intended: 1600 }),
        ...many(30, { ...reject, intended: 1600, ended: 3600 }),
      ]),
    );
    const cpu = rejectMetrics(recorder, 'storm', [BOUNCERS]).find(
      (m) => m.metric === 'reject.cpu_ms',
    );
    expect(cpu).toMatchObject({ value: 100, n: 10 });
  });

  it.each([
    // 0.1 s in the calm's second: 0.2 s of the storm's 1.2 s would have been used without it.
    ['costs what the storm took beyond the calm', [at(500, 0.3), at(1500, 0.4), at(3500, 1.6)], 20],
    ['costs nothing when the storm took less', [at(500, 0), at(1500, 1), at(3500, 2.9)], 0],
    ['costs all of the storm after an idle calm', [at(500, 1), at(1500, 1), at(3500, 2)], 20],
  ])('%s', (_, samples, cpuMs) => {
    expect(pricesOf(samples)['reject.cpu_ms']).toBeCloseTo(cpuMs, 9);
  });

  it('costs all of the storm where there was no calm', () => {
    const samples = [at(0, 0), at(500, 0.5), at(2500, 1.5, 1000)];
    expect(pricesOf(samples, 0)).toMatchObject({ 'reject.cpu_ms': 20, 'reject.log_bytes': 20 });
  });

  it('has its log bytes without those of the calm, and its bytes from all sessions of the storm', () => {
    const samples = [at(500, 0, 100), at(1500, 0, 600), at(3500, 0, 6600)];
    const prices = pricesOf(samples);
    expect(prices['reject.log_bytes']).toBeCloseTo((6000 - 2 * 500) / REJECTED, 9);
    expect(prices['reject.bytes']).toBeCloseTo((300 * (REJECTED + 1)) / REJECTED, 9);
  });

  it.each([
    ['has no price in CPU when the target cannot tell', []],
    ['has no price in CPU when the storm was not seen to its end', [at(0, 0), at(3400, 5)]],
  ])('%s', (_, samples) => {
    expect(Object.keys(pricesOf(samples))).toEqual(['reject.bytes']);
  });

  it.each([
    ['deferred', 9, []],
    ['accepted', 10, []],
    ['deferred', 11, ['reject.cpu_ms', 'reject.log_bytes']],
    ['accepted', 11, ['reject.cpu_ms', 'reject.log_bytes']],
    // No final reply: the server decided nothing.
    ['timedOut', 90, []],
  ] as const)(
    'of ten beside sessions that %s, %i of them, withholds %j',
    (state, others, withheld) => {
      const recorder = recorderOf(true, smallPlan());
      for (const { atMs, ...sample } of [at(500, 0), at(1500, 0), at(3500, 1, 500)]) {
        recorder.sampled(sample, atMs);
      }
      const storm = { actor: BOUNCERS, stage: 'rcpt', intended: 1600 } as const;
      recorder.outcomes(
        batchOf([
          ...many(10, { ...storm, state: 'rejected', code: 550 }),
          ...many(others, { ...storm, state, code: state === 'timedOut' ? 0 : 450 }),
          // What is decided after the storm counts for nothing.
          ...many(90, { ...storm, state: 'deferred', code: 450, ended: 3600 }),
        ]),
      );
      const told = rejectMetrics(recorder, 'storm', [BOUNCERS]).map(({ metric }) => metric);
      const all = ['reject.cpu_ms', 'reject.bytes', 'reject.log_bytes'];
      expect(told).toEqual(all.filter((metric) => !withheld.some((w) => w === metric)));
      expect(rejectUnavailable(recorder, [BOUNCERS]).map(({ metric }) => metric)).toEqual(withheld);
    },
  );

  it('that never happened has no price', () => {
    expect(rejectMetrics(recorderOf(), 'run', [BOUNCERS])).toEqual([]);
  });
});
