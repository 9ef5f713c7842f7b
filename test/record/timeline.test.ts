// The time line: seconds as slots, and the target's CPU between its samples.
import { describe, expect, it } from 'vitest';
import { Timeline } from '../../src/record/timeline.ts';

describe('CPU at a moment', () => {
  const samples = [
    { atMs: 100, cpuS: 1 },
    { atMs: 600, memoryBytes: 5 },
    { atMs: 1100, cpuS: 2 },
    { atMs: 3100, cpuS: 3 },
  ];
  it.each([
    ['is what the first sample says before it', 0, 1],
    ['is a sample at its moment', 1100, 2],
    ['lies on the line between two samples, over one that cannot tell', 600, 1.5],
    ['lies on the line between two samples that are further apart', 1600, 2.25],
    ['is that of the last sample at its moment', 3100, 3],
    ['is unknown after the last sample', 3101, undefined],
  ])('%s', (_, atMs, expected) => {
    const timeline = new Timeline();
    timeline.samples.push(...samples);
    expect(timeline.cpuAt(atMs)).toBe(expected);
  });

  it.each([
    ['without samples', []],
    ['of a target that cannot tell', [{ atMs: 0 }, { atMs: 1000, queue: 3 }]],
  ])('is unknown %s', (_, given) => {
    const timeline = new Timeline();
    timeline.samples.push(...given);
    expect(timeline.cpuAt(0)).toBeUndefined();
    expect(timeline.cpuAt(500)).toBeUndefined();
  });
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

  it('between two reports has the sessions in flight of the one before', () => {
    const timeline = new Timeline();
    timeline.slot(0).inFlight = 9;
    timeline.slot(3500).inFlight = 2;
    expect(timeline.slots.map(({ inFlight }) => inFlight)).toEqual([9, 9, 9, 2]);
  });
});
