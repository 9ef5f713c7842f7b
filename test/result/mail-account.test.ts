// The ledger against the target's log, message by message: where they agree nobody hears of it, and where
// they don't the queue id is told.
import { describe, expect, it } from 'vitest';
import type { Recorder } from '../../src/record/recorder.ts';
import { assembleRun } from '../../src/result/assemble-run.ts';
import { type MailAccount, mailBooks, mailDisagreements } from '../../src/result/mail-account.ts';
import { batchOf, LEGIT, many, recorderOf } from '../record/rows.ts';

const TAKEN = {
  actor: LEGIT,
  state: 'accepted',
  stage: 'body',
  code: 250,
  intended: 2000,
} as const;

/** Messages that were taken; `arrived` of them came to the sink. */
function recorded(taken: number, arrived = taken): Recorder {
  const recorder = recorderOf();
  recorder.outcomes(batchOf(many(taken, TAKEN)));
  for (let i = 0; i < arrived; i += 1) recorder.delivered(`${LEGIT}-${i}`, 3000);
  return recorder;
}

function accountsOf(count: number, change: Partial<MailAccount> = {}): Map<string, MailAccount> {
  const account = { accepted: 1, sent: 1, bounced: 0, deferred: 0 };
  return new Map(
    Array.from({ length: count }, (_, i) => [
      `${LEGIT}-${i}`,
      { queueId: `A${i}`, ...account, ...change },
    ]),
  );
}

describe('the ledger and the log', () => {
  it('agree on what both know', () => {
    const recorder = recorded(3);
    expect(mailDisagreements(recorder.ledger, accountsOf(3))).toEqual([]);
    expect(mailBooks(recorder.ledger, accountsOf(3))).toEqual([
      { what: 'real messages taken', ours: 3, theirs: 3 },
      { what: 'deliveries of real mail, by recipient', ours: 3, theirs: 3 },
    ]);
  });

  it.each<[string, number, Map<string, MailAccount>, RegExp]>([
    [
      'that was sent and did not come',
      0,
      accountsOf(1),
      /A0 \(0-0\) was delivered to 1 recipient by the log, and 0 recipients by the sink/,
    ],
    [
      'that came and was not sent',
      1,
      accountsOf(1, { sent: 0 }),
      /A0 \(0-0\) was delivered to 0 recipients by the log/,
    ],
    ['that the log never heard of', 1, new Map(), /0-0 was taken, and the log knows nothing of it/],
    [
      'that was never queued',
      1,
      accountsOf(1, { accepted: 0 }),
      /the log knows A0 as never queued/,
    ],
  ])('disagree on a message %s', (_, arrived, accounts, expected) => {
    const [warning] = mailDisagreements(recorded(1, arrived).ledger, accounts);
    expect(warning?.text).toMatch(expected);
    expect(warning).toMatchObject({ code: 'mail-disagrees', fatal: false });
  });

  it.each<['timedOut' | 'cut', number]>([
    ['timedOut', 1],
    ['cut', 0],
  ])('on one that was taken after its sender had %s: %d warnings', (state, count) => {
    const recorder = recorderOf();
    recorder.outcomes(batchOf([{ actor: LEGIT, state, stage: 'body', index: 0, intended: 2000 }]));
    recorder.delivered(`${LEGIT}-0`, 3000);
    expect(mailDisagreements(recorder.ledger, accountsOf(1))).toHaveLength(count);
  });

  it('tell a few of many disagreements, and count all', () => {
    const [warning] = mailDisagreements(recorded(9, 0).ledger, accountsOf(9));
    expect(warning?.text).toMatch(
      /disagree on 9 real messages: A0 .*; A1 .*; A2 [^;]*; and 6 more\.$/,
    );
  });
});

describe('mail that was taken and did not arrive', () => {
  const runWith = (change: Partial<MailAccount>) =>
    assembleRun(recorded(1, 0), {
      variant: 'stock',
      repeat: 1,
      warnings: [],
      unavailable: [],
      books: [],
      extra: [],
      horizon: { endMs: 5000 },
      accounts: accountsOf(1, { sent: 0, ...change }),
    });

  it.each<[Partial<MailAccount>, object]>([
    [{ bounced: 1 }, { state: 'lost', fate: 'bounced', queueId: 'A0' }],
    [{ deferred: 2 }, { state: 'lost', fate: 'deferred', queueId: 'A0' }],
    [{}, { state: 'lost', queueId: 'A0' }],
  ])('with %j in the log is %j', (change, expected) => {
    const run = runWith(change);
    expect(run.ledger[0]).toMatchObject(expected);
    if (!('fate' in expected)) expect(run.ledger[0]).not.toHaveProperty('fate');
    const value = (metric: string) =>
      run.metrics.find((m) => m.metric === metric && m.phase === 'run')?.value;
    expect([value('legit.lost'), value('legit.bounced'), value('legit.deferred')]).toEqual([
      1,
      change.bounced ? 1 : 0,
      change.deferred ? 1 : 0,
    ]);
  });
});
