import { describe, expect, test } from 'vitest';
import type { RetrySchedule } from '../../src/actors/actor.ts';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import {
  chosenRetries,
  exchangeRetries,
  eximRetries,
  fixedGaps,
  gmailRetries,
  hotmailRetries,
  postfixRetries,
  qmailRetries,
  sendmailRetries,
  yahooRetries,
} from '../../src/actors/retry-schedule.ts';
import { SCHEDULE_NAMES } from '../../src/scenario/scenario.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Times of all attempts, the first one included. */
function attempts(schedule: RetrySchedule): number[] {
  const times = [0];
  for (let n = 1; ; n += 1) {
    const at = schedule(n);
    if (at === undefined) return times;
    times.push(at);
  }
}

const within = (times: readonly number[], ms: number) => times.filter((at) => at <= ms).length;

describe('a retry schedule', () => {
  test.each([
    ['postfix', postfixRetries(), 5, 66, 108],
    ['exim', eximRetries(), 5, 23, 27],
    ['qmail', qmailRetries(), 4, 26, 39],
    ['exchange', exchangeRetries(), 5, 193, 193],
    ['sendmail', sendmailRetries(), 3, 145, 241],
    ['gmail', gmailRetries(), 4, 9, 9],
    ['yahoo', yahooRetries(), 6, 9, 9],
    ['hotmail', hotmailRetries(), 19, 94, 94],
  ] as const)('of %s makes the known number of attempts', (_, schedule, hour, threeDays, all) => {
    const times = attempts(schedule);
    expect([within(times, HOUR), within(times, 72 * HOUR), times.length]).toEqual([
      hour,
      threeDays,
      all,
    ]);
  });

  test.each([
    ['postfix', postfixRetries(), [5, 5, 10, 20, 40, 70, 70]],
    ['exim', eximRetries(), [15, 15, 15, 15, 15, 15, 15, 15, 60, 90, 135]],
    ['qmail', qmailRetries(), [400 / 60, 20, 2000 / 60]],
    ['exchange', exchangeRetries(), [15, 15, 15]],
    ['sendmail', sendmailRetries(), [30, 30, 30]],
    ['gmail', gmailRetries(), [6, 23, 28, 42, 63]],
    ['yahoo', yahooRetries(), [2, 4, 7, 14, 28, 55]],
    ['hotmail', hotmailRetries(), [1, 1, 1, 2, 3, 4, 4, 4, 4]],
  ] as const)('of %s begins with the known gaps', (_, schedule, gaps) => {
    const times = attempts(schedule);
    const found = gaps.map((_gap, i) => ((times[i + 1] ?? 0) - (times[i] ?? 0)) / MINUTE);
    found.forEach((gap, i) => {
      expect(gap).toBeCloseTo(gaps[i] ?? Number.NaN, 6);
    });
  });

  test('of an exim bounce ends after two days', () => {
    const times = attempts(DIALECTS.exim.retry);
    expect(times.at(-1)).toBeLessThanOrEqual(48 * HOUR);
    expect(times.at(-1)).toBeGreaterThan(42 * HOUR);
  });

  test('of gmail has made its nine attempts after seven hours', () => {
    expect(attempts(gmailRetries()).at(-1)).toBe(7 * HOUR);
  });

  test('of hotmail has made its 94 attempts after six hours', () => {
    expect(attempts(hotmailRetries()).at(-1)).toBe(6 * HOUR);
  });

  test('of domino ends after a day', () => {
    expect(attempts(DIALECTS.domino.retry).at(-1)).toBe(24 * HOUR);
  });

  test('never goes back in time', () => {
    for (const { retry } of Object.values(DIALECTS)) {
      const times = attempts(retry);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    }
  });

  test('has no attempt before the first retry', () => {
    for (const { retry } of Object.values(DIALECTS)) expect(retry(0)).toBeUndefined();
  });

  test('from a list of gaps adds them up and then gives up', () => {
    expect(attempts(fixedGaps([5 * MINUTE, 10 * MINUTE, 20 * MINUTE]))).toEqual([
      0,
      5 * MINUTE,
      15 * MINUTE,
      35 * MINUTE,
    ]);
    expect(attempts(fixedGaps([]))).toEqual([0]);
  });
});

describe('what a scenario chooses', () => {
  const native = fixedGaps([MINUTE]);
  test.each(SCHEDULE_NAMES)('%s is the schedule of that system', (name) => {
    const reference = {
      postfix: postfixRetries(),
      exim: eximRetries(),
      qmail: qmailRetries(),
      sendmail: sendmailRetries(),
      exchange: exchangeRetries(),
      gmail: gmailRetries(),
      yahoo: yahooRetries(),
      hotmail: hotmailRetries(),
    }[name];
    expect(attempts(chosenRetries(name, native) ?? fixedGaps([]))).toEqual(attempts(reference));
  });

  test('native is the sender’s own, none is none, and a list is a list', () => {
    expect(chosenRetries('native', native)).toBe(native);
    expect(chosenRetries('none', native)).toBeUndefined();
    expect(chosenRetries({ gapsMs: [HOUR] }, native)?.(1)).toBe(HOUR);
  });
});
