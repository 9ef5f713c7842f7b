// Legitimate mail in figures: counts by fate, and how long after the storm it is slow.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ledger } from '../../src/record/ledger.ts';
import { ledgerRows, legitMetrics, recoverySeconds } from '../../src/result/legit-metrics.ts';
import { batchOf, LEGIT, type RowFacts, recorderOf } from '../record/rows.ts';

const HORIZON = { endMs: 10_000 };

interface Mail {
  readonly dueMs: number;
  /** Undefined: never. */
  readonly waitMs: number | undefined;
}

function ledgerOf(mails: readonly Mail[]): Ledger {
  const recorder = recorderOf();
  recorder.outcomes(
    batchOf(mails.map(({ dueMs }) => ({ actor: LEGIT, state: 'accepted', intended: dueMs }))),
  );
  mails.forEach(({ dueMs, waitMs }, i) => {
    if (waitMs !== undefined) recorder.delivered(`${LEGIT}-${i}`, dueMs + waitMs);
  });
  return recorder.ledger;
}

function mails(
  count: number,
  fromMs: number,
  toMs: number,
  waitMs: (i: number) => number | undefined,
): Mail[] {
  const gap = (toMs - fromMs) / count;
  return Array.from({ length: count }, (_, i) => ({ dueMs: fromMs + i * gap, waitMs: waitMs(i) }));
}

describe('seconds of recovery', () => {
  const CALM = mails(40, 500, 1500, () => 100);
  const inRecovery = (waitMs: (i: number) => number | undefined, count = 40) =>
    mails(count, 3500, 4000, waitMs);
  const seconds = (recovery: readonly Mail[], calm = CALM) =>
    recoverySeconds(ledgerOf([...calm, ...recovery]), 3500, 4000, HORIZON);

  it.each([
    ['0 when mail is as quick as in the calm at once', inRecovery(() => 100), 0, undefined],
    ['0 when it is slower by a quarter', inRecovery(() => 125), 0, undefined],
    ['"at least" all of it when it is slower by more', inRecovery(() => 126), 0.5, true],
    // 40 messages in 500 ms, the first eight slow: one slow one among the 33 that remain after seven
    // lies beyond the 95th percentile.
    [
      'the time until no more than one in twenty is slow',
      inRecovery((i) => (i < 8 ? 900 : 100)),
      0.0875,
      undefined,
    ],
    [
      '"at least" all of it when mail is lost to its end',
      inRecovery((i) => (i % 5 ? 100 : undefined)),
      0.5,
      true,
    ],
  ])('are %s', (_, recovery, value, censored) => {
    const metric = seconds(recovery);
    expect(metric?.value).toBeCloseTo(value, 6);
    expect(metric?.censored).toBe(censored);
  });

  it('take mail that never came for slow, however short it was waited for', () => {
    const ledger = ledgerOf([...CALM, ...inRecovery((i) => (i < 38 ? 100 : undefined))]);
    // The last two were due 12.5 and 25 ms before nobody waited any longer.
    expect(recoverySeconds(ledger, 3500, 4000, { endMs: 4000 })?.value).toBe(0);
    const more = ledgerOf([...CALM, ...inRecovery((i) => (i < 37 ? 100 : undefined))]);
    expect(recoverySeconds(more, 3500, 4000, { endMs: 4000 })).toMatchObject({ censored: true });
  });

  it('are not 0 when the mail of the recovery was never sent', () => {
    const recorder = recorderOf();
    const rows = [...CALM, ...inRecovery(() => 100)].map(({ dueMs }, index): RowFacts => {
      const state = dueMs < 3500 ? 'accepted' : 'unsent';
      return { actor: LEGIT, index, state, intended: dueMs };
    });
    recorder.outcomes(batchOf(rows));
    CALM.forEach(({ dueMs }, i) => {
      recorder.delivered(`${LEGIT}-${i}`, dueMs + 100);
    });
    expect(recoverySeconds(recorder.ledger, 3500, 4000, HORIZON)).toMatchObject({
      value: 0.5,
      censored: true,
    });
  });

  it('are those of the definition, tried at every message', () => {
    const slow = fc.oneof(fc.constant(100), fc.constant(125), fc.constant(126), fc.constant(9000));
    const wait = fc.oneof({ weight: 9, arbitrary: fc.constant(100) }, slow, fc.constant(undefined));
    fc.assert(
      fc.property(fc.array(wait, { minLength: 20, maxLength: 120 }), (waits) => {
        const recovery = inRecovery((i) => waits[i], waits.length);
        const metric = seconds(recovery);
        const first = recovery.findIndex((_, from) => isQuick(recovery.slice(from)));
        expect(metric?.censored ?? false).toBe(first < 0);
        const expected = first < 0 ? 0.5 : ((recovery[first]?.dueMs ?? 0) - 3500) / 1000;
        expect(metric?.value).toBeCloseTo(expected, 9);
      }),
      { numRuns: 1000 },
    );
  });

  /** As quick as the calm's 100 ms and a quarter, at the 95th percentile of at least twenty. */
  function isQuick(rest: readonly Mail[]): boolean {
    if (rest.length < 20) return false;
    const sorted = rest
      .map(({ waitMs }) => waitMs ?? Number.POSITIVE_INFINITY)
      .sort((a, b) => a - b);
    return (sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0) <= 125;
  }

  it.each([
    ['there are too few messages for a percentile', inRecovery(() => 100, 19), CALM],
    ['nothing was sent in the calm', inRecovery(() => 100), []],
    ['the calm itself lost its mail', inRecovery(() => 100), mails(40, 500, 1500, () => undefined)],
  ])('are not told when %s', (_, recovery, calm) => {
    expect(seconds(recovery, calm)).toBeUndefined();
  });
});

describe('the figures of legitimate mail', () => {
  const ROWS: readonly RowFacts[] = [
    { actor: LEGIT, index: 0, state: 'accepted', intended: 1600, code: 250 },
    { actor: LEGIT, index: 1, state: 'accepted', intended: 1700, code: 250 },
    { actor: LEGIT, index: 2, state: 'rejected', intended: 1800, code: 554, stage: 'rcpt' },
    { actor: LEGIT, index: 3, state: 'deferred', intended: 1900, code: 450, retry: 'later' },
    { actor: LEGIT, index: 4, state: 'unsent', intended: 2000, retry: 'later' },
    { actor: LEGIT, index: 5, state: 'timedOut', intended: 2100, stage: 'banner' },
    { actor: LEGIT, index: 6, state: 'deferred', intended: 2200, retry: 'within' },
    { actor: LEGIT, index: 6, state: 'accepted', intended: 2300, origin: 2200, attempt: 1 },
  ];
  const recorder = recorderOf();
  recorder.outcomes(batchOf(ROWS));
  recorder.delivered('0-0', 1650);
  recorder.delivered('0-6', 3200);

  it('tell every fate apart, and count what was never sent as not delivered', () => {
    const metrics = legitMetrics(recorder, 'storm', ['storm'], HORIZON);
    const value = (name: string) => metrics.find(({ metric }) => metric === `legit.${name}`)?.value;
    // 10 a second for 2 s, of which these rows know seven.
    expect(value('planned')).toBe(20);
    expect(value('sent')).toBe(6);
    expect(value('unsent')).toBe(1);
    expect(value('delivered')).toBe(2);
    expect(value('rejected')).toBe(1);
    // Accepted and never seen; given up.
    expect(value('lost')).toBe(2);
    expect(value('late')).toBe(1);
    expect(value('first_attempt_rate')).toBeCloseTo(1 / 7);
    expect(value('attempts.mean')).toBeCloseTo(7 / 6);
    expect(metrics.find(({ metric }) => metric === 'legit.latency.p50')).toMatchObject({
      n: 7,
      censored: true,
    });
    // The wait of the one that was never sent goes on until the horizon; that of the first is longest.
    expect(metrics.find(({ metric }) => metric === 'legit.latency.max')).toMatchObject({
      value: 8.3,
      censored: true,
    });
  });

  it('are the same for the only legitimate actor, under its name', () => {
    const all = legitMetrics(recorder, 'storm', ['storm'], HORIZON);
    const own = legitMetrics(recorder, 'storm', ['storm'], HORIZON, {
      index: LEGIT,
      name: 'mail',
    });
    expect(own.map(({ metric }) => metric)).toEqual(
      all.map(({ metric }) => metric.replace('legit.', 'actor.mail.')),
    );
    expect(own.map(({ value }) => value)).toEqual(all.map(({ value }) => value));
    expect(own.every(({ actor }) => actor === 'mail')).toBe(true);
    const other = { index: 10, name: 'other' };
    expect(legitMetrics(recorder, 'storm', ['storm'], HORIZON, other)).toEqual([]);
  });

  it('say that nothing arrived when nothing was sent', () => {
    const silent = recorderOf();
    const unsent = (index: number): RowFacts => ({
      actor: LEGIT,
      index,
      state: 'unsent',
      intended: 1600 + index,
      retry: 'later',
    });
    silent.outcomes(batchOf([unsent(0), unsent(1)]));
    const metrics = legitMetrics(silent, 'storm', ['storm'], HORIZON);
    const value = (name: string) => metrics.find(({ metric }) => metric === `legit.${name}`);
    expect(value('sent')).toMatchObject({ value: 0, n: 2 });
    expect(value('unsent')).toMatchObject({ value: 2, n: 2 });
    expect(value('first_attempt_rate')).toMatchObject({ value: 0, n: 2 });
    expect(value('latency.p50')).toMatchObject({ value: 8.399, n: 2, censored: true });
    expect(value('attempts.mean')).toBeUndefined();
  });

  it('are absent in a phase without mail', () => {
    expect(legitMetrics(recorder, 'calm', ['calm'], HORIZON)).toEqual([]);
  });

  it('stand message by message in the ledger, with the last word of each', () => {
    const rows = ledgerRows(recorder.ledger, 10).map(
      ({ id, state, last }) => `${id} ${state}: ${last}`,
    );
    expect(rows).toEqual([
      '0-0 delivered: 250',
      '0-1 lost: 250',
      '0-2 rejected: 554',
      '0-3 late: 450',
      '0-4 unsent: unsent at connect',
      '0-5 lost: timedOut at banner',
      '0-6 delivered: accepted at connect',
    ]);
  });
});
