// Samples in their phases and seconds: nothing is counted twice, and nothing lies a second off.
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/record/timeline.ts';
import { secondRows } from '../../src/result/second-rows.ts';
import { peakOf, targetMetrics } from '../../src/result/target-metrics.ts';
import type { Phase } from '../../src/scenario/scenario.ts';
import { recorderOf, smallPlan } from '../record/rows.ts';

/** Warm-up to 1 s, calm to 3, storm to 6, recovery to 8, then the drain. */
const PLAN = smallPlan({
  phases: { warmupMs: 1000, calmMs: 2000, stormMs: 3000, recoveryMs: 2000 },
});
const EDGES = {
  warmup: [0, 1000],
  calm: [1000, 3000],
  storm: [3000, 6000],
  recovery: [6000, 8000],
};
const PHASE_NAMES: readonly Phase[] = ['warmup', 'calm', 'storm', 'recovery'];

function played(samples: readonly Sample[], seconds = 9) {
  const recorder = recorderOf(true, PLAN);
  for (const { atMs, ...sample } of samples) recorder.sampled(sample, atMs);
  recorder.timeline.slot(seconds * 1000 - 1);
  return recorder;
}

function valuesOf(samples: readonly Sample[], name: string): Partial<Record<Phase, number>> {
  const recorder = played(samples);
  const found: Partial<Record<Phase, number>> = {};
  for (const phase of PHASE_NAMES) {
    const [fromMs = 0, toMs = 0] = EDGES[phase as keyof typeof EDGES];
    const metrics = targetMetrics(recorder, { phase, phases: [phase], fromMs, toMs });
    const metric = metrics.find(({ metric }) => metric === name);
    if (metric) found[phase] = metric.value;
  }
  return found;
}

/** A sample a second, `lateMs` after each full second, with a queue as given. */
const each = (lateMs: number, queues: readonly number[]): Sample[] =>
  queues.map((queue, i) => ({ atMs: i * 1000 + lateMs, queue }));

describe('the time in stress mode', () => {
  it('is the time that the samples speak for which say so', () => {
    const stress = [0, 0, 0, 0, 1, 1, 0, 1, 0, 0];
    const samples = stress.map((on, i) => ({ atMs: i * 1000, stress: on }));
    expect(valuesOf(samples, 'target.stress_s')).toEqual({
      warmup: 0,
      calm: 0,
      storm: 2,
      recovery: 1,
    });
  });

  it('is not told where no sample tells', () => {
    expect(valuesOf(each(0, [1, 2, 3]), 'target.stress_s')).toEqual({});
  });
});

describe('a peak', () => {
  // The storm fills the queue from second 3 to the end of second 5.
  const QUEUES = [0, 1, 2, 3, 40, 60, 50, 7, 8, 9];
  const BY_PHASE = { warmup: 1, calm: 3, storm: 60, recovery: 8 };
  it.each([
    ['before the full second', -30],
    ['at the full second', 0],
    ['after the full second', 30],
    ['almost half a second after it', 480],
  ])('belongs to the phase that its sample speaks for when that is read %s', (_, lateMs) => {
    expect(valuesOf(each(lateMs, QUEUES), 'target.queue_peak')).toEqual(BY_PHASE);
  });

  it.each([
    [
      'of the storm’s last second is none of the recovery',
      each(10, [0, 0, 0, 0, 1, 1, 99, 2, 3]),
      { storm: 99, recovery: 3 },
    ],
    [
      'of the drain is none of the recovery',
      each(0, [0, 0, 0, 0, 0, 0, 0, 1, 2, 77]),
      { recovery: 2 },
    ],
    [
      'over a long interval counts where most of that lies, and only there',
      [
        { atMs: 0, queue: 0 },
        { atMs: 2500, queue: 5 },
        { atMs: 6400, queue: 60 },
        { atMs: 8000, queue: 2 },
      ],
      { calm: 5, storm: 60, recovery: 2 },
    ],
  ])('%s', (_, samples, expected) => {
    expect(valuesOf(samples, 'target.queue_peak')).toMatchObject(expected);
  });

  it('is absent where no sample speaks for the phase, and says nothing of how many there were', () => {
    const samples = [
      { atMs: 0, queue: 1 },
      { atMs: 5900, queue: 60 },
    ];
    expect(valuesOf(samples, 'target.queue_peak')).toEqual({ storm: 60 });
    const window = { phase: 'run', phases: PHASE_NAMES, fromMs: 0, toMs: 8000 } as const;
    expect(targetMetrics(played(samples), window)).toEqual([
      { phase: 'run', metric: 'target.queue_peak', value: 60, unit: 'count' },
    ]);
  });

  it('is found among more samples than a call takes arguments', () => {
    const samples = Array.from({ length: 300_000 }, (_, i) => ({ atMs: i, queue: i % 1000 }));
    expect(peakOf(samples, 'queue')).toBe(999);
  });
});

describe('what grew', () => {
  it.each([
    ['target.cpu_s', 'cpuS', { warmup: 0, calm: 0, storm: 3, recovery: 0 }],
    ['target.log_bytes', 'logBytes', { warmup: 0, calm: 0, storm: 3, recovery: 0 }],
    ['target.listen_overflows', 'listenOverflows', { warmup: 0, calm: 0, storm: 3, recovery: 0 }],
  ])('is %s of the phase in which it grew, to its edges', (metric, key, expected) => {
    const total = [0, 0, 0, 0, 1, 2, 3, 3, 3, 3];
    const samples = total.map((value, i) => ({ atMs: i * 1000, [key]: value }));
    expect(valuesOf(samples, metric)).toEqual(expected);
  });

  it('is divided at the edge when the samples lie to both sides of it', () => {
    const samples = [
      { atMs: 0, cpuS: 0, logBytes: 0 },
      { atMs: 2600, cpuS: 0, logBytes: 0 },
      { atMs: 3600, cpuS: 1, logBytes: 1001 },
      { atMs: 9000, cpuS: 1, logBytes: 1001 },
    ];
    const cpu = valuesOf(samples, 'target.cpu_s');
    expect(cpu.calm).toBeCloseTo(0.4, 9);
    expect(cpu.storm).toBeCloseTo(0.6, 9);
    // Whole bytes, and all of them.
    expect(valuesOf(samples, 'target.log_bytes')).toMatchObject({ calm: 400, storm: 601 });
  });

  it('is absent in a phase that the samples do not cover', () => {
    const samples = [0, 1, 2, 3, 4].map((i) => ({ atMs: i * 1000, cpuS: i }));
    expect(valuesOf(samples, 'target.cpu_s')).toEqual({ warmup: 1, calm: 2 });
  });
});

describe('the seconds of the target', () => {
  const rowsOf = (samples: readonly Sample[]) => secondRows(played(samples));

  it.each([
    ['on time', [0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]],
    ['a little late', [-20, 1010, 2020, 3030, 4040, 5050, 6060, 7070, 8080, 9090]],
    ['with gaps and crowds', [5, 900, 1950, 3900, 3950, 3990, 7400, 8900, 9100]],
    ['twice in all', [0, 9500]],
  ])('add up to the CPU of each phase with samples %s', (_, moments) => {
    // Five times as busy from 3 s to 6 s.
    const used = (atMs: number) => atMs / 1e4 + Math.max(0, Math.min(atMs, 6000) - 3000) / 2e3;
    const samples = moments.map((atMs) => ({ atMs, cpuS: used(Math.max(0, atMs)) }));
    const rows = rowsOf(samples);
    const metric = valuesOf(samples, 'target.cpu_s');
    for (const phase of PHASE_NAMES) {
      const [fromMs = 0, toMs = 0] = EDGES[phase as keyof typeof EDGES];
      const cpu = rows.slice(fromMs / 1000, toMs / 1000).map(({ target }) => target.cpu ?? 0);
      expect(cpu.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        metric[phase] ?? Number.NaN,
        9,
      );
    }
  });

  it.each([
    [
      'have the sample that was read at their end, whether early or late',
      [
        { atMs: 0, queue: 0 },
        { atMs: 990, queue: 10 },
        { atMs: 2010, queue: 20 },
        { atMs: 2990, queue: 30 },
        { atMs: 4030, queue: 40 },
      ],
      [10, 20, 30, 40, undefined],
    ],
    [
      'without a sample of their own have that of the interval that covers them',
      [
        { atMs: 0, queue: 0 },
        { atMs: 1000, queue: 10 },
        { atMs: 4200, queue: 40 },
      ],
      [10, 40, 40, 40, undefined],
    ],
    [
      'with several have the highest',
      [
        { atMs: 0, queue: 0 },
        { atMs: 300, queue: 9 },
        { atMs: 600, queue: 3 },
        { atMs: 1000, queue: 4 },
        { atMs: 2000, queue: 5 },
      ],
      [9, 5, undefined],
    ],
    ['before the first sample know nothing', [{ atMs: 2500, queue: 5 }], [undefined, undefined, 5]],
  ])('%s', (_, samples, queues) => {
    const rows = rowsOf(samples).map(({ target }) => target.queue);
    expect(rows.slice(0, queues.length)).toEqual(queues);
  });

  it('do not show the CPU of a second that was not seen to its end', () => {
    const rows = rowsOf([
      { atMs: 0, cpuS: 0 },
      { atMs: 2500, cpuS: 5 },
    ]);
    expect(rows.slice(0, 4).map(({ target }) => target.cpu)).toEqual([2, 2, undefined, undefined]);
  });
});

describe('of two servers', () => {
  const at = (second: number, sample: Omit<Sample, 'atMs'>): Sample => ({
    atMs: second * 1000,
    ...sample,
  });
  const samples = [
    at(0, { behindCpuS: 1, behindMemoryBytes: 5, behindProbes: 2, linkBytes: 100, swallowed: 1 }),
    at(3, { behindCpuS: 2, behindMemoryBytes: 7, behindProbes: 2, linkBytes: 200, swallowed: 1 }),
    at(6, { behindCpuS: 4.5, behindMemoryBytes: 6, behindProbes: 9, linkBytes: 900, swallowed: 8 }),
    at(8, { behindCpuS: 4.5, behindMemoryBytes: 6, behindProbes: 9, linkBytes: 900, swallowed: 8 }),
  ];
  it.each([
    ['target.behind.cpu_s', 2.5],
    ['target.behind.memory_peak', 6],
    ['target.behind.probes', 7],
    ['target.link_bytes', 700],
    ['target.swallowed', 7],
  ])('%s is told of the storm', (metric, storm) => {
    expect(valuesOf(samples, metric)).toMatchObject({ storm });
  });

  it('nothing is told where there is one', () => {
    expect(valuesOf(each(0, [1, 1, 1]), 'target.behind.cpu_s')).toEqual({});
  });
});
