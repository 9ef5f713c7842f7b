// What people are shown of the mail that a target sent of its own accord.
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/world/classify.ts';
import { Samples, sampleOf } from '../../src/world/message-sample.ts';

const mail = (...lines: readonly string[]) => lines.join('\r\n');
const AWAY: Envelope = { reversePath: '', recipients: ['mary@isp.example'], leaves: true };

/** As Postfix writes them, with a report in what it returns. */
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
    'It could not be delivered by mx.xman.test, and never',
    'will be. There is more to say.',
    '--x',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.xman.test',
    '',
    ...about,
    '--x',
    'Content-Type: message/rfc822',
    '',
    'Final-Recipient: rfc822; returned@xman.test',
    'Diagnostic-Code: smtp; 599 returned',
    '--x--',
  );

const failed = (who: string, status: string, why: string) => [
  `Final-Recipient: rfc822; ${who}`,
  `Original-Recipient: rfc822; ${who}`,
  'Action: failed',
  `Status: ${status}`,
  `Diagnostic-Code: smtp; ${why}`,
  '',
];
const UNKNOWN = failed('a@xman.test', '5.1.1', '550 5.1.1\r\n no such\tuser');

describe('a report is shown by what failed and why, then by its first sentence', () => {
  const reason = ['Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 no such user'];
  const sentence = 'It could not be delivered by mx.xman.test, and never will be.';
  it.each([
    ['one recipient', UNKNOWN, ['Final-Recipient: rfc822; a@xman.test', ...reason, sentence]],
    [
      'several',
      [...UNKNOWN, ...UNKNOWN, ...UNKNOWN],
      ['Final-Recipient: rfc822; a@xman.test and 2 more', ...reason, sentence],
    ],
    [
      'one without a reason',
      ['Final-Recipient: rfc822; a@xman.test'],
      ['Final-Recipient: rfc822; a@xman.test', sentence],
    ],
  ])('%s', (_, about, lines) => {
    const head = { kind: 'bounce', from: '', to: 'mary@isp.example', subject: 'Undelivered Mail' };
    expect(sampleOf('bounce', AWAY, report(...about))).toEqual({ ...head, lines });
  });
});

it('shows any other message by its first lines', () => {
  const text = mail('Subject: Away', ' until Monday', '', 'I am', '', 'away.', 'Bye', 'Bye', 'Bye');
  expect(sampleOf('other', AWAY, text)).toMatchObject({
    subject: 'Away until Monday',
    lines: ['I am', 'away.', 'Bye', 'Bye'],
  });
});

it('shows a message cut short and printable, whatever it holds', () => {
  const hostile = `\u001b[2J\u0007${'x'.repeat(999)}`;
  const many = Array.from({ length: 50 }, () => 'y');
  for (const text of [
    mail(`Subject: ${'\u001b[2J'.repeat(99)}`, '', hostile, ...many),
    report(...failed(hostile, hostile, hostile)),
  ]) {
    const { subject, lines } = sampleOf('other', AWAY, text);
    expect(lines).toHaveLength(4);
    for (const line of [subject, ...lines]) expect(line).toMatch(/^[\x20-\x7e…]{1,120}$/);
  }
});

describe('of many messages are kept', () => {
  const taken = (...texts: readonly string[]) => {
    const samples = new Samples();
    return texts.filter((text) => samples.take('bounce', AWAY, text) !== undefined).length;
  };
  const because = (why: string, status = '5.1.1') => report(...failed('a@xman.test', status, why));
  const letter = (subject: string) => mail(`Subject: ${subject}`, '', 'Hello.');

  it.each([
    ['one of two that are the same', [because('550 no'), because('550 no')], 1],
    [
      'one of two that differ by recipient, address and queue id',
      [
        because('550 <a@x.test> unknown, host mx[10.0.0.1] said AB12CD34E'),
        because('550 <b@y.test> unknown, host mx[10.9.8.7] said 0F12CD99E'),
      ],
      1,
    ],
    ['both of two with other reasons', [because('550 unknown'), because('552 full')], 2],
    ['both of two with other codes', [because('550 5.1.1 x'), because('550 5.1.2 x')], 2],
    ['both of two with other states', [because('x', '5.1.1'), because('x', '4.4.1')], 2],
    ['both of two other subjects, where none is a report', [letter('Away'), letter('Thanks')], 2],
    ['five of six sorts', ['a', 'b', 'c', 'd', 'e', 'f'].map((why) => because(why)), 5],
  ])('%s', (_, texts, count) => {
    expect(taken(...texts)).toBe(count);
  });

  it('five of each kind', () => {
    const samples = new Samples();
    const texts = Array.from({ length: 9 }, (_, i) => letter(`Number ${i}`));
    for (const kind of ['bounce', 'other'] as const) {
      expect(texts.filter((text) => samples.take(kind, AWAY, text))).toHaveLength(5);
    }
  });
});
