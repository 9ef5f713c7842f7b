// What follows an attempt: nothing, a retry by the schedule, the next step, or the same in clear.
import { describe, expect, it } from 'vitest';
import type { Sender } from '../../src/actors/actor.ts';
import { fixedGaps } from '../../src/actors/retry-schedule.ts';
import { type Attempt, firstAttempt, nextAttempt } from '../../src/engine/attempt.ts';
import type { EndState, Stage } from '../../src/smtp/stage.ts';

const FIRST = firstAttempt({ actor: 1, index: 7, host: 3, intendedMs: 1000 });
const SENDER: Sender = {
  script: () => {
    throw new Error('not asked');
  },
  hostLimit: () => 1,
  retrySchedule: () => fixedGaps([5000, 10_000]),
};

interface Ending {
  readonly state: EndState;
  readonly stage?: Stage;
  readonly fates?: readonly number[];
  readonly recipients?: number;
}

function follow(ending: Ending, attempt: Attempt = FIRST, sender: Sender = SENDER) {
  const { state, stage = 'rcpt', fates = [], recipients = 1 } = ending;
  return nextAttempt({ state, stage, fates, recipients }, attempt, sender, 10);
}

describe('one recipient', () => {
  it.each<[EndState, number | undefined]>([
    ['accepted', undefined],
    ['rejected', undefined],
    ['deferred', 500],
    ['timedOut', 500],
    ['refused', 500],
    ['dropped', 500],
    ['garbled', 500],
  ])('that ends %s is tried again after %s ms of real time', (state, dueMs) => {
    expect(follow({ state })?.dueMs).toBe(dueMs);
  });

  it('counts each gap from the failure before', () => {
    const second = follow({ state: 'deferred' });
    expect(second).toMatchObject({ attempt: 1, originMs: 1000, dueMs: 500 });
    const third = follow({ state: 'deferred' }, second);
    expect(third).toMatchObject({ attempt: 2, dueMs: 1000 });
    expect(follow({ state: 'deferred' }, third)).toBeUndefined();
  });
});

describe('several recipients', () => {
  const TEMPORARY = { state: 'accepted', recipients: 4, fates: [250, 450, 550, 451] } as const;

  it.each<[string, Ending, readonly number[] | undefined]>([
    ['those told to come again, when the others have it', TEMPORARY, [1, 3]],
    ['nobody, when all have it', { ...TEMPORARY, fates: [250, 250, 550, 250] }, undefined],
    [
      'all but the refused, when the message was not taken',
      { ...TEMPORARY, state: 'dropped' },
      [0, 1, 3],
    ],
    ['those never asked as well', { state: 'timedOut', recipients: 3, fates: [550] }, [1, 2]],
    [
      'nobody, when all are refused for good',
      { ...TEMPORARY, state: 'dropped', fates: [550, 550, 550, 550] },
      undefined,
    ],
    ['everybody, when nobody was asked', { state: 'refused', recipients: 3 }, [0, 1, 2]],
  ])('leave %s', (_who, ending, remaining) => {
    expect(follow(ending)?.remaining).toEqual(remaining);
  });

  it('are counted by their place in the whole message on every further attempt', () => {
    const second = follow(TEMPORARY);
    const third = follow({ state: 'accepted', recipients: 2, fates: [450, 250] }, second);
    expect(third?.remaining).toEqual([1]);
  });
});

describe('a failed handshake', () => {
  it.each<EndState>(['garbled', 'dropped', 'timedOut'])(
    'that ends %s is repeated at once in clear',
    (state) => {
      const second = follow({ state, stage: 'starttls' });
      expect(second).toMatchObject({ dueMs: 0, attempt: 1, inClear: true });
      // That was no retry by the schedule: its first gap is still to come.
      expect(follow({ state: 'deferred' }, second)).toMatchObject({ dueMs: 500, inClear: true });
    },
  );

  it('that was told to come later waits', () => {
    expect(follow({ state: 'deferred', stage: 'starttls' })).toMatchObject({
      dueMs: 500,
      inClear: false,
    });
  });
});

it('goes on at once where the sender has another step, whatever came of this one', () => {
  const sender: Sender = {
    ...SENDER,
    goesOn: (session, attempt, state) =>
      session.index === 7 && attempt === 0 && state === 'rejected',
  };
  expect(follow({ state: 'rejected' }, FIRST, sender)).toMatchObject({ attempt: 1, dueMs: 0 });
  expect(follow({ state: 'accepted' }, FIRST, sender)).toBeUndefined();
});
