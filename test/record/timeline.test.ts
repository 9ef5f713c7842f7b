// The time line: seconds as slots, and what the target used between its samples.
import { describe, expect, it } from 'vitest';
import { growth, type Sample, Timeline } from '../../src/record/timeline.ts';

const timelineOf = (samples: readonly Sample[]): Timeline => {
  const timeline = new Timeline();
  timeline.samples.push(...samples);
  return timeline;
};

describe('a total at a moment', () => {
  const samples = [
    { atMs: 100, cpuS: 1, logBytes: 10 },
    { atMs: 600, memoryBytes: 5 },
    { atMs: 1100, cpuS: 2 },
    { atMs: 3100, cpuS: 3 },
  ];
  it.each([
    ['is what the first sample says before it', 0, 1],
    ['is the first sample at its moment', 100, 1],
    ['is a sample at its moment', 1100, 2],
    ['lies on the line between two samples, over one that cannot tell', 600, 1.5],
    ['lies on the line between two samples that are further apart', 1600, 2.25],
    ['is that of the last sample at its moment', 3100, 3],
    ['is unknown after the last sample', 3101, undefined],
  ])('%s', (_, atMs, expected) => {
    expect(timelineOf(samples).curve('cpuS')(atMs)).toBe(expected);
  });

  it.each([
    ['without samples', []],
    ['of a target that cannot tell', [{ atMs: 0 }, { atMs: 1000, queue: 3 }]],
  ])('is unknown %s', (_, given) => {
    const curve = timelineOf(given).curve('cpuS');
    expect([curve(0), curve(500)]).toEqual([undefined, undefined]);
  });

  it('is of the total that was asked for', () => {
    expect(timelineOf(samples).curve('logBytes')(50)).toBe(10);
    expect(timelineOf(samples).curve('listenOverflows')(50)).toBeUndefined();
  });

  it('is found among the samples of eight hours, wherever it lies', () => {
    const seconds = Array.from({ length: 28_801 }, (_, i) => ({ atMs: i * 1000, cpuS: i * 2 }));
    const curve = timelineOf(seconds).curve('cpuS');
    for (const atMs of [0, 1, 999, 14_400_500, 28_799_999, 28_800_000]) {
      expect(curve(atMs)).toBeCloseTo(atMs / 500, 6);
    }
  });
});

describe('the growth of a total', () => {
  const curve = timelineOf([
    { atMs: 0, logBytes: 100 },
    { atMs: 2000, logBytes: 300 },
  ]).curve('logBytes');
  it.each([
    ['between samples is its share of the line', 500, 1500, 100],
    ['from before the first sample starts there', -500, 1000, 100],
    ['beyond the last sample is unknown', 1000, 2001, undefined],
    ['after the last sample is unknown', 2001, 2002, undefined],
  ])('%s', (_, fromMs, toMs, expected) => {
    expect(growth(curve, fromMs, toMs)).toBe(expected);
  });
});

it('a sample speaks for the time since the one before it', () => {
  const spans = timelineOf([{ atMs: -30 }, { atMs: 1000 }, { atMs: 4000 }])
    .intervals()
    .map(({ fromMs, toMs }) => [fromMs, toMs]);
  expect(spans).toEqual([
    [-30, -30],
    [-30, 1000],
    [1000, 4000],
  ]);
});

describe('a slot', () => {
  it.each([
    [-30, 0],
    [0, 0],
    [999.9, 0],
    [1000, 1],
    [4321, 4],
  ])('at %d ms is that of second %d', (atMs, second) => {
    const timeline = new Timeline();
    const slot = timeline.slot(atMs);
    slot.started = 7;
    expect(timeline.slots[second]?.started).toBe(7);
    expect(timeline.slots).toHaveLength(second + 1);
  });

  it('between two reports has the sessions in flight of the one before, worker by worker', () => {
    const timeline = new Timeline();
    timeline.slot(0).inFlight[0] = 9;
    timeline.slot(1200).inFlight[1] = 5;
    timeline.slot(3500).inFlight[0] = 2;
    expect(timeline.inFlight()).toEqual([9, 14, 14, 7]);
  });
});
