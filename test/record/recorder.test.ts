// The recorder: every number of a row lands in the right phase, actor and measure.
import { describe, expect, it } from 'vitest';
import { MEASURES, type Measure } from '../../src/record/histograms.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { PHASES, type Phase } from '../../src/scenario/scenario.ts';
import { END_STATES } from '../../src/smtp/stage.ts';
import { BOUNCERS, batchOf, LEGIT, type RowFacts, recorderOf, smallPlan } from './rows.ts';

/** Every histogram that holds something, `actor phase measure`, with its only value in ms. */
function valuesIn(recorder: Recorder): Record<string, number> {
  const found: Record<string, number> = {};
  for (const actor of [LEGIT, BOUNCERS]) {
    PHASES.forEach((phase, p) => {
      MEASURES.forEach((measure, m) => {
        const cell = recorder.histograms.sum([actor], [p], m);
        if (!cell) return;
        expect(cell.totalCount).toBe(1);
        found[`${actor} ${phase} ${measure}`] = Math.round(cell.maxValue / 1000);
        cell.destroy();
      });
    });
  }
  return found;
}

/** Sessions that ended in a second, by how. */
function endedIn({ timeline }: Recorder, second: number): Record<string, number> {
  const counts = timeline.slots[second]?.ended ?? [];
  const named = END_STATES.map((state, i) => [state, counts[i] ?? 0] as const);
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}

const BOUNCE: RowFacts = {
  actor: BOUNCERS,
  state: 'rejected',
  stage: 'rcpt',
  code: 550,
  intended: 1600,
  started: 1603,
  decided: 1700,
  ended: 2710,
  bytesIn: 200,
  bytesOut: 300,
  marks: { connect: [1603, 1605], banner: [1605, 1635], helo: [1635, 1640], rcpt: [1650, 1700] },
};

describe('a session', () => {
  it('is recorded by measure, from its intended time where that counts', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([BOUNCE]));
    expect(valuesIn(recorder)).toEqual({
      '1 storm connect': 2,
      '1 storm banner': 30,
      '1 storm helo': 5,
      '1 storm rcpt': 50,
      '1 storm verdict': 100,
      '1 storm bannerFromIntended': 35,
      '1 storm lag': 3,
    });
  });

  it('that waited for its own host is late by its turn, and waited for from its plan', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ ...BOUNCE, intended: 1500, turn: 1602 }]));
    const values = valuesIn(recorder);
    expect(values['1 storm lag']).toBe(1);
    expect(values['1 storm verdict']).toBe(200);
    expect(values['1 storm bannerFromIntended']).toBe(135);
    expect(recorder.counters.startsOf(BOUNCERS, 2).hostWaits).toBe(1);
  });

  it('that still waited for its own host at the end is counted and measured nowhere', () => {
    const recorder = recorderOf();
    const waiting = { state: 'cut', turn: 5000, started: Number.NaN, ended: 5000 } as const;
    recorder.outcomes(batchOf([{ actor: BOUNCERS, intended: 1600, ...waiting }]));
    expect(valuesIn(recorder)).toEqual({});
    expect(recorder.counters.sessions([BOUNCERS], PHASES, 'cut')).toBe(1);
    expect(recorder.counters.startsOf(BOUNCERS, 2)).toMatchObject({ attempts: 1, hostWaits: 1 });
    expect(recorder.timeline.slots.map(({ started }) => started)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(endedIn(recorder, 5)).toEqual({ cut: 1 });
  });

  it.each([
    [0, 'warmup'],
    [499, 'warmup'],
    [500, 'calm'],
    [1499, 'calm'],
    [1500, 'storm'],
    [3499, 'storm'],
    [3500, 'recovery'],
    [5000, 'recovery'],
  ] satisfies readonly (readonly [number, Phase])[])(
    'due at %d ms belongs to %s, whenever it ends',
    (intended, phase) => {
      const recorder = recorderOf();
      recorder.outcomes(batchOf([{ ...BOUNCE, intended, started: intended, ended: 5999 }]));
      expect(recorder.counters.rows()[0]?.phase).toBe(phase);
      expect(Object.keys(valuesIn(recorder)).every((name) => name.includes(` ${phase} `))).toBe(
        true,
      );
      expect(recorder.counters.startsOf(BOUNCERS, PHASES.indexOf(phase)).attempts).toBe(1);
    },
  );

  it.each([
    ['a connection that was refused', { state: 'refused', code: 0, marks: {} }, ['lag']],
    [
      'a stage without its reply',
      { state: 'timedOut', code: 0, marks: { connect: [1603, 1604], banner: [1604, Number.NaN] } },
      ['connect', 'lag'],
    ],
  ] satisfies readonly (readonly [string, Partial<RowFacts>, readonly Measure[]])[])(
    'with %s has no figure for what did not happen',
    (_, change, measures) => {
      const recorder = recorderOf();
      recorder.outcomes(batchOf([{ ...BOUNCE, ...change }]));
      expect(Object.keys(valuesIn(recorder))).toEqual(measures.map((m) => `1 storm ${m}`));
    },
  );

  it('that was not sent counts as such and has no latency, no start and no bytes', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ actor: BOUNCERS, state: 'unsent', intended: 1600 }]));
    expect(valuesIn(recorder)).toEqual({});
    expect(recorder.counters.sessions([BOUNCERS], PHASES, 'unsent')).toBe(1);
    expect(recorder.counters.startsOf(BOUNCERS, 2).attempts).toBe(0);
    expect(recorder.timeline.slots.map(({ started }) => started)).toEqual([0, 0]);
  });

  it('stands in the second of its start and in that of its end', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([BOUNCE, { ...BOUNCE, state: 'deferred', code: 450 }]));
    expect(recorder.timeline.slots.map(({ started }) => started)).toEqual([0, 2, 0]);
    const ended = [0, 1, 2].map((second) => endedIn(recorder, second));
    expect(ended).toEqual([{}, {}, { rejected: 1, deferred: 1 }]);
  });

  it('tried again is an attempt, not another original', () => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([BOUNCE, { ...BOUNCE, attempt: 1, intended: 3600 }]));
    expect(recorder.counters.startsOf(BOUNCERS, 2)).toMatchObject({ attempts: 1, originals: 1 });
    expect(recorder.counters.startsOf(BOUNCERS, 3)).toMatchObject({ attempts: 1, originals: 0 });
  });
});

describe('a legitimate message', () => {
  it('enters the ledger by its first due time and not the attack of its second', () => {
    const recorder = recorderOf();
    const first = { actor: LEGIT, index: 4, origin: 600, stage: 'rcpt', code: 450 } as const;
    recorder.outcomes(
      batchOf([
        { ...first, state: 'deferred', intended: 600, retry: 'within' },
        { ...first, state: 'accepted', stage: 'body', code: 250, intended: 1700, attempt: 1 },
      ]),
    );
    const entry = recorder.ledger.get('0-4');
    expect(entry).toMatchObject({
      phase: 'calm',
      dueMs: 600,
      attempts: 2,
      accepted: true,
      lastCode: 250,
    });
    expect(recorder.timeline.slots.every((slot) => slot.started === 0)).toBe(true);
  });

  it.each([
    ['none', 'lost'],
    ['within', 'late'],
    ['later', 'late'],
  ] as const)('timed out with a next attempt "%s" is %s', (retry, state) => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ actor: LEGIT, state: 'timedOut', intended: 600, retry }]));
    const entry = recorder.ledger.get('0-0');
    expect(entry?.state).toBe(state);
  });

  it('is delivered at the time of the sink, on the clock of the run', () => {
    const recorder = new Recorder(smallPlan(), true);
    recorder.begin(1_000_000);
    recorder.outcomes(batchOf([{ actor: LEGIT, state: 'accepted', intended: 600 }]));
    recorder.delivered('0-0', 1_000_900);
    expect(recorder.ledger.get('0-0')?.deliveredMs).toBe(900);
  });
});

describe('progress', () => {
  it('adds up what the workers have in flight, each by its last report', () => {
    const recorder = recorderOf();
    recorder.progress(0, 5, 1, 5, 100);
    recorder.progress(1, 3, 9, 3, 200);
    recorder.progress(0, 2, 4, 1, 1100);
    expect(recorder.started).toBe(10);
    expect(recorder.inFlight).toBe(4);
    expect(recorder.timeline.inFlight()).toEqual([8, 4]);
    expect(recorder.timeline.slots.map(({ lagMaxMs }) => lagMaxMs)).toEqual([9, 4]);
  });

  it('before the start makes no time line back to when the machine was started', () => {
    const recorder = new Recorder(smallPlan(), true);
    recorder.progress(0, 0, 0, 0, 86_400_000);
    expect(recorder.timeline.slots).toHaveLength(1);
  });
});

describe('a look at the target', () => {
  it.each([
    ['is placed on the clock of the run', [[{ cpuS: 1 }, 1_000_400]], [400]],
    ['stands before the start when it was read then', [[{ cpuS: 1 }, 999_970]], [-30]],
    [
      'that tells nothing is dropped: the target has died',
      [
        [{ cpuS: 1 }, 1_000_000],
        [{}, 1_001_000],
        [{ cpuS: 2 }, 1_002_000],
      ],
      [0, 2000],
    ],
    [
      'that comes after a later one is dropped',
      [
        [{ cpuS: 2 }, 1_003_000],
        [{ cpuS: 1 }, 1_002_000],
        [{ cpuS: 2 }, 1_003_000],
      ],
      [3000],
    ],
  ] satisfies readonly (readonly [
    string,
    readonly (readonly [Parameters<Recorder['sampled']>[0], number])[],
    readonly number[],
  ])[])('%s', (_, looks, placed) => {
    const recorder = new Recorder(smallPlan(), true);
    recorder.begin(1_000_000);
    for (const [sample, atMs] of looks) recorder.sampled(sample, atMs);
    expect(recorder.timeline.samples.map(({ atMs }) => atMs)).toEqual(placed);
  });
});
