// Legitimate mail in figures: counts by fate, and how long after the storm it is slow.
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

  it('tell every fate apart, and leave out what was never sent', () => {
    const metrics = legitMetrics(recorder.ledger, 'storm', ['storm'], HORIZON);
    const value = (name: string) => metrics.find(({ metric }) => metric === `legit.${name}`)?.value;
    expect(value('sent')).toBe(6);
    expect(value('delivered')).toBe(2);
    expect(value('rejected')).toBe(1);
    // Accepted and never seen; given up.
    expect(value('lost')).toBe(2);
    expect(value('late')).toBe(1);
    expect(value('first_attempt_rate')).toBeCloseTo(1 / 6);
    expect(value('attempts.mean')).toBeCloseTo(7 / 6);
    expect(metrics.find(({ metric }) => metric === 'legit.latency.p50')).toMatchObject({
      n: 6,
      censored: true,
    });
  });

  it('are the same for the only legitimate actor, under its name', () => {
    const all = legitMetrics(recorder.ledger, 'storm', ['storm'], HORIZON);
    const own = legitMetrics(recorder.ledger, 'storm', ['storm'], HORIZON, {
      index: LEGIT,
      name: 'mail',
    });
    expect(own.map(({ metric }) => metric)).toEqual(
      all.map(({ metric }) => metric.replace('legit.', 'actor.mail.')),
    );
    expect(own.map(({ value }) => value)).toEqual(all.map(({ value }) => value));
    expect(own.every(({ actor }) => actor === 'mail')).toBe(true);
    const other = { index: 10, name: 'other' };
    expect(legitMetrics(recorder.ledger, 'storm', ['storm'], HORIZON, other)).toEqual([]);
  });

  it('are absent in a phase without mail', () => {
    expect(legitMetrics(recorder.ledger, 'calm', ['calm'], HORIZON)).toEqual([]);
  });

  it('stand message by message in the ledger, with the last word of each', () => {
    const rows = ledgerRows(recorder.ledger).map(
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
