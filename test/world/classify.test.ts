// What the sink takes a message for, by envelope and text.
import { describe, expect, it } from 'vitest';
import { classify, type Envelope } from '../../src/world/classify.ts';
import { MailStore } from '../../src/world/mail-store.ts';
import { OpenTransactions, type Question } from '../../src/world/open-transactions.ts';

const mail = (...lines: readonly string[]) => lines.join('\r\n');
const AWAY: Envelope = { reversePath: '', recipients: ['mary@isp.example'], leaves: true };
const HOME: Envelope = { ...AWAY, recipients: ['u1@xman.test'], leaves: false };

const report = (...about: readonly string[]) =>
  mail(
    'From: MAILER-DAEMON@mx.xman.test (Mail Delivery System)',
    'Subject: Undelivered Mail',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="x"',
    '',
    'For old programs.',
    '--x',
    'Content-Type: text/plain',
    '',
    'It could not be delivered.',
    '--x',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.xman.test',
    '',
    ...about,
    '--x--',
  );
const FAILED = [
  'Final-Recipient: rfc822; a@xman.test',
  'Diagnostic-Code: smtp; 550 5.1.1',
  ' no such user',
];

describe('a message is', () => {
  it.each<[string, Envelope, string, object]>([
    [
      'legitimate with a ledger id',
      HOME,
      mail('Message-ID: <bb.0-7@a.example>', '', 'x'),
      { kind: 'legitimate', id: '0-7' },
    ],
    [
      'so where it is a genuine bounce',
      HOME,
      mail('Message-ID: <bb.0-7@a.example>', 'Content-Type: multipart/report', '', 'x'),
      { kind: 'legitimate', id: '0-7' },
    ],
    [
      'unsolicited where others’ bounces come in',
      HOME,
      report(...FAILED),
      { kind: 'unsolicited', id: undefined },
    ],
    ['a bounce that leaves', AWAY, report(...FAILED), { kind: 'bounce', bounce: { failed: 1 } }],
    [
      'one about two recipients',
      AWAY,
      report(...FAILED, '', ...FAILED),
      { kind: 'bounce', bounce: { failed: 2 } },
    ],
    [
      'one to a genuine sender',
      AWAY,
      report(...FAILED, '--x', '', 'Message-ID: <bb.2-31@a.example>'),
      { kind: 'bounce', bounce: { failed: 1, about: '2-31' } },
    ],
    [
      'one in free form',
      AWAY,
      mail('From: Postmaster <postmaster@mx.xman.test>', '', 'sorry'),
      { kind: 'bounce', bounce: { failed: 1 } },
    ],
    [
      'one that must not come back',
      { ...AWAY, reversePath: 'double-bounce@mx.xman.test' },
      report(...FAILED),
      { kind: 'bounce' },
    ],
    [
      'no bounce with a sender of flesh and blood',
      { ...AWAY, reversePath: 'me@xman.test' },
      report(...FAILED),
      { kind: 'other' },
    ],
    [
      'other without a sender and without a report',
      AWAY,
      mail('From: list@xman.test', '', 'x'),
      { kind: 'other' },
    ],
  ])('%s', (_, envelope, text, expected) =>
    expect(classify(envelope, text)).toMatchObject(expected),
  );
});

describe('the store behind a target', () => {
  it.each([
    ['u1@xman.test', true],
    ['U1@XMAN.TEST', true],
    ['nobody@xman.test', false],
    ['nobody@elsewhere.example', true],
  ])('%s is taken: %s', (recipient, taken) => {
    const store = new MailStore({ domain: 'xman.test', mailboxes: ['u1@xman.test'] });
    expect(store.takes(recipient)).toBe(taken);
    expect(new MailStore({ domain: 'xman.test' }).takes(recipient)).toBe(true);
    expect(new MailStore(undefined).takes(recipient)).toBe(true);
  });
});

describe('a transaction without a message', () => {
  const session = {};
  const probesOf = (play: (open: OpenTransactions) => void): Question[] => {
    const seen: Question[] = [];
    const open = new OpenTransactions((question) => seen.push(question));
    play(open);
    return seen;
  };

  it.each<[string, string, readonly boolean[], number]>([
    ['asked whether somebody exists', 'me@a.example', [true], 1],
    [
      'is no question where all were refused: that mail could not be sent',
      'me@a.example',
      [false],
      0,
    ],
    ['is one from an address that only asks', 'double-bounce@mx.xman.test', [false], 1],
    ['is none before anybody was asked for', 'me@a.example', [], 0],
  ])('%s', (_, reversePath, fates, count) => {
    const seen = probesOf((open) => {
      open.begin(session, reversePath);
      for (const fate of fates) open.recipient(session, fate);
      open.abandon(session);
      open.abandon(session);
    });
    expect(seen).toHaveLength(count);
  });

  it('ends where the next begins, and is none once a message came', () => {
    const seen = probesOf((open) => {
      open.begin(session, 'a@a.example');
      open.recipient(session, true);
      open.begin(session, 'b@a.example');
      open.recipient(session, true);
      open.message(session);
      open.abandon(session);
    });
    expect(seen).toEqual([{ reversePath: 'a@a.example', taken: 1 }]);
  });
});
