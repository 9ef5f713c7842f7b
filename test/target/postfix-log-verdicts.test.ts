// What the mail log tells beside sessions and rejects at RCPT: verdicts about clients, refusals by stage and
// reason, and legitimate mail by its queue ids. Lines in Postfix' form, words of our own.
import { describe, expect, it } from 'vitest';
import { LogTally } from '../../src/target/postfix/log.ts';
import { parseLine, queueIdOf } from '../../src/target/postfix/log-line.ts';
import type { Verdicts } from '../../src/target/postfix/log-sessions.ts';

const at = (program: string) => `Nov 23 09:07:18 mx postfix/${program}[31]:`;
const SMTPD = at('smtpd');
const SCREEN = at('postscreen');
const QMGR = at('qmgr');
const CLIENT = '[10.130.3.4]:4001';

function tally(...lines: readonly string[]): LogTally {
  const counts = new LogTally();
  for (const line of lines) counts.line(line);
  return counts;
}

describe('a line of the log', () => {
  it.each([
    ['a', 'Nov 23 09:07:18 mx postfix/smtpd[31]: connect from a[1.2.3.4]', 'smtpd'],
    ['a service of its own name', `${at('submission/smtpd')} x`, 'smtpd'],
    ['another instance’s', 'Nov 23 09:07:18 mx postfix-in/qmgr[3]: x', 'qmgr'],
    ['an ISO time stamp’s', '2026-11-23T09:07:18.1+00:00 mx postfix/anvil[3]: x', 'anvil'],
    ['another program’s', 'Nov 23 09:07:18 mx sshd[3]: see /etc/x[1]: y', undefined],
    ['an empty', '', undefined],
  ])('%s program is found', (_, line, program) => {
    expect(parseLine(line)?.program).toBe(program);
  });

  it.each([
    ['4F2A91C: client=x', '4F2A91C'],
    ['4fKzq12bXz9Zv: removed', '4fKzq12bXz9Zv'],
    ['NOQUEUE: reject: RCPT', undefined],
    ['connect from x[1.2.3.4]: y', undefined],
  ])('%s has the queue id %s', (text, id) => expect(queueIdOf(text)).toBe(id));
});

describe('the verdicts about clients', () => {
  it.each<[string, readonly string[], Partial<Verdicts>]>([
    [
      'one that has too many connections',
      [
        `${SMTPD} warning: Connection concurrency limit exceeded: 51 from a[10.130.3.4] for service smtp`,
      ],
      { refusedConcurrent: 1 },
    ],
    [
      'one that comes too often',
      [`${SMTPD} warning: Connection rate limit exceeded: 9 from a[10.130.3.4] for service smtp`],
      { refusedRate: 1 },
    ],
    [
      'one that makes too many errors',
      [`${SMTPD} too many errors after RCPT from a[10.130.3.4]`],
      { tooManyErrors: 1 },
    ],
    [
      'one that speaks before its turn',
      [`${SCREEN} PREGREET 16 after 0.1 from ${CLIENT}: EHLO a\\r\\n`],
      { pregreets: 1 },
    ],
    ['one on a block list', [`${SCREEN} DNSBL rank 3 for ${CLIENT}`], { listed: 1 }],
    [
      'one that leaves meanwhile',
      [`${SCREEN} HANGUP after 0.2 from ${CLIENT} in tests before SMTP handshake`],
      { hangups: 1 },
    ],
    ['one that passes', [`${SCREEN} PASS NEW ${CLIENT}`], { passedNew: 1 }],
    ['one that is known', [`${SCREEN} PASS OLD ${CLIENT}`], { passedOld: 1 }],
  ])('count %s', (_, lines, expected) => {
    expect(tally(...lines).sessions.verdicts).toMatchObject(expected);
    const counts: Record<string, number> = { ...tally(...lines).sessions.verdicts };
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(1);
    expect(tally(...lines).totals().warnings).toEqual([]);
  });
});

const CONNECT = `${SCREEN} CONNECT from ${CLIENT} to [10.77.0.1]:25`;
const PREGREET = `${SCREEN} PREGREET 16 after 0.1 from ${CLIENT}: EHLO a\\r\\n`;
const DISCONNECT = `${SCREEN} DISCONNECT ${CLIENT}`;

describe('sessions that the client began to speak in', () => {
  it.each<[string, readonly string[], number, Readonly<Record<string, number>>]>([
    [
      'a client that is passed on counts once',
      [CONNECT, `${SCREEN} PASS OLD ${CLIENT}`, `${SMTPD} connect from a[10.130.3.4]`],
      1,
      {},
    ],
    [
      'one that leaves during the tests does not count',
      [
        CONNECT,
        `${SCREEN} HANGUP after 0.2 from ${CLIENT} in tests before SMTP handshake`,
        DISCONNECT,
      ],
      0,
      {},
    ],
    [
      'one that had spoken counts',
      [
        CONNECT,
        PREGREET,
        `${SCREEN} HANGUP after 0.2 from ${CLIENT} in tests before SMTP handshake`,
        DISCONNECT,
      ],
      1,
      {},
    ],
    [
      'one that is dropped for it was not heard',
      [CONNECT, PREGREET, DISCONNECT],
      0,
      { 'CONNECT 521': 1 },
    ],
    [
      'one that is listed and dropped neither',
      [CONNECT, `${SCREEN} DNSBL rank 3 for ${CLIENT}`, DISCONNECT],
      0,
      { 'CONNECT 521': 1 },
    ],
    [
      'one that is refused at RCPT was',
      [
        CONNECT,
        PREGREET,
        `${SCREEN} NOQUEUE: reject: RCPT from ${CLIENT}: 550 5.5.1 Protocol error; from=<>, to=<x@target.test>, proto=ESMTP, helo=<a>`,
        DISCONNECT,
      ],
      1,
      {},
    ],
    [
      'one that finds postscreen full was not',
      [
        CONNECT,
        `${SCREEN} NOQUEUE: reject: CONNECT from ${CLIENT}: all server ports busy`,
        DISCONNECT,
      ],
      0,
      { 'CONNECT 421': 1 },
    ],
    [
      'one that finds no room for its tests was not',
      [CONNECT, `${SCREEN} reject: connect from ${CLIENT}: all screening ports busy`, DISCONNECT],
      0,
      { 'CONNECT 421': 1 },
    ],
    [
      'one beyond its limit was not',
      [
        `${SMTPD} connect from a[10.130.3.4]`,
        `${SMTPD} warning: Connection rate limit exceeded: 9 from a[10.130.3.4] for service smtp`,
        `${SMTPD} disconnect from a[10.130.3.4] commands=0/0`,
      ],
      0,
      { 'CONNECT 421': 1 },
    ],
    [
      'a filter that hands mail back is no client',
      [`${SMTPD} connect from localhost[127.0.0.1]`],
      0,
      {},
    ],
  ])('%s', (_, lines, spoke, stageRejects) => {
    const totals = tally(...lines).totals();
    expect((totals.sessions ?? 0) - (totals.lostAfterConnect ?? 0)).toBe(spoke);
    expect(totals.stageRejects).toEqual(stageRejects);
  });
});

describe('refusals', () => {
  const from = 'from a[10.130.3.4]:';
  it.each([
    [
      `NOQUEUE: reject: RCPT ${from} 550 5.1.1 <x@t>: Recipient address rejected: User unknown in relay recipient table; from=<>`,
      'unknown recipient',
      '550',
    ],
    [
      `NOQUEUE: reject: RCPT ${from} 554 5.7.1 <x@e>: Relay access denied; from=<>`,
      'no relaying',
      '554',
    ],
    [
      `NOQUEUE: reject: RCPT ${from} 450 4.2.0 <x@t>: Recipient address rejected: Greylisted; from=<>`,
      'greylist',
      '450',
    ],
    [
      `NOQUEUE: reject: RCPT ${from} 554 5.7.1 Service unavailable; Client host [10.1.1.1] blocked using dnsbl.test; from=<>`,
      'block list',
      '554',
    ],
    [
      `NOQUEUE: reject: RCPT ${from} 554 5.7.1 <v@t>: Recipient address rejected: not here; from=<>`,
      'recipient rule',
      '554',
    ],
    [`NOQUEUE: reject: RCPT ${from} 521 5.7.1 made up; from=<>`, 'other', '521'],
  ])('%s is for: %s', (text, cause, code) => {
    const totals = tally(`${SMTPD} ${text}`).totals();
    expect(totals.causes).toEqual({ [cause]: 1 });
    expect(totals.rcptRejects).toEqual({ [code]: 1 });
    expect(totals.stageRejects).toEqual({});
  });

  it.each([
    [
      `NOQUEUE: reject: MAIL ${from} 552 5.3.4 Message size exceeds fixed limit; proto=ESMTP`,
      'MAIL 552',
    ],
    [
      `NOQUEUE: reject: CONNECT ${from} 554 5.7.1 <a>: Client host rejected: Access denied; proto=SMTP`,
      'CONNECT 554',
    ],
    [
      `F15ED37: reject: END-OF-MESSAGE ${from} 554 5.7.1 <x>: End-of-data rejected: no; from=<>`,
      'END-OF-MESSAGE 554',
    ],
    ['NOQUEUE: proxy-reject: END-OF-MESSAGE: 550 5.7.1 spam; from=<>', 'END-OF-MESSAGE 550'],
  ])('%s stands under its stage', (text, key) => {
    const totals = tally(`${SMTPD} ${text}`).totals();
    expect(totals.stageRejects).toEqual({ [key]: 1 });
    expect(totals.rcptRejects).toEqual({});
  });
});

const taken = (queueId: string, ledgerId: string, size = 900): string[] => [
  `${SMTPD} ${queueId}: client=a[10.130.3.4]`,
  `${at('cleanup')} ${queueId}: message-id=<bb.${ledgerId}@a.example>`,
  `${QMGR} ${queueId}: from=<s@a.example>, size=${size}, nrcpt=2 (queue active)`,
];
const status = (queueId: string, to: string, word: string): string =>
  `${at('smtp')} ${queueId}: to=<${to}@target.test>, relay=10.77.0.2[10.77.0.2]:25, delay=0.1, delays=0/0/0/0.1, dsn=5.1.1, status=${word} (said so)`;

describe('legitimate mail by its queue ids', () => {
  const accountOf = (...lines: readonly string[]) =>
    tally(...lines)
      .totals()
      .messages?.get('0-1');

  it.each<[string, readonly string[], object]>([
    [
      'delivered',
      [
        ...taken('AA1', '0-1'),
        status('AA1', 'u', 'sent'),
        status('AA1', 'v', 'sent'),
        `${QMGR} AA1: removed`,
      ],
      { sent: 2, accepted: 1 },
    ],
    [
      'bounced for one of two',
      [
        ...taken('AA1', '0-1'),
        status('AA1', 'u', 'sent'),
        status('AA1', 'v', 'bounced'),
        `${QMGR} AA1: removed`,
      ],
      { sent: 1, bounced: 1 },
    ],
    [
      'deferred',
      [...taken('AA1', '0-1'), status('AA1', 'u', 'deferred')],
      { sent: 0, deferred: 1 },
    ],
    [
      'no longer deferred once it is gone',
      [
        ...taken('AA1', '0-1'),
        status('AA1', 'u', 'deferred'),
        status('AA1', 'u', 'sent'),
        `${QMGR} AA1: removed`,
      ],
      { sent: 1, deferred: 0 },
    ],
    ['known and never queued', taken('AA1', '0-1').slice(0, 2), { accepted: 0, queueId: 'AA1' }],
    [
      'taken twice, under the first one’s id',
      [...taken('AA1', '0-1'), ...taken('AA2', '0-1')],
      { accepted: 2, queueId: 'AA1' },
    ],
  ])('is %s', (_, lines, expected) => expect(accountOf(...lines)).toMatchObject(expected));

  it('is none of the mail of others', () => {
    const others = taken('AA1', 'x').map((line) => line.replace('<bb.x@', '<1234@'));
    expect(tally(...others).totals()).toMatchObject({ accepted: 1, messages: new Map() });
  });

  it('is told from the reports that the server makes itself, which count when they are taken', () => {
    const report = [
      `${at('bounce')} AA1: sender non-delivery notification: AA9`,
      `${QMGR} AA9: from=<>, size=2500, nrcpt=1 (queue active)`,
    ];
    expect(tally(...taken('AA1', 'x'), ...report).totals().bounces).toBe(0);
    const sent = [...taken('AA1', 'x'), ...report, status('AA9', 's', 'sent')];
    expect(tally(...sent).totals()).toMatchObject({ bounces: 1, accepted: 1 });
  });

  it('counts a report that was taken before the program that made it has said so', () => {
    const made = `${at('bounce')} AA1: sender non-delivery notification: AA9`;
    const begun = `${at('cleanup')} AA9: message-id=<1@mx>`;
    const taken9 = [begun, `${QMGR} AA9: from=<>, size=2500, nrcpt=1 (queue active)`];
    const gone = [status('AA9', 's', 'sent'), `${QMGR} AA9: removed`];
    const late = [...taken('AA1', 'x'), ...taken9, ...gone, made];
    expect(tally(...late).totals().bounces).toBe(1);
    // Another message had the id before: its delivery is none of a report's.
    const before = [status('AA9', 'u', 'sent'), `${QMGR} AA9: removed`];
    expect(tally(...before, begun, made).totals().bounces).toBe(0);
    expect(tally(...before, begun, made, ...gone).totals().bounces).toBe(1);
  });

  it('tells the bytes that were queued, and how long the oldest has been waiting', () => {
    const counts = new LogTally();
    for (const line of taken('AA1', '0-1', 900)) counts.line(line, 1000);
    for (const line of taken('AA2', '0-2', 50)) counts.line(line, 2000);
    expect(counts.messages.queuedBytes).toBe(950);
    expect(counts.messages.oldestMs(5000)).toBe(4000);
    // Tried again: it is queued as it was.
    counts.line(`${QMGR} AA1: from=<s@a.example>, size=900, nrcpt=2 (queue active)`, 4000);
    expect(counts.messages.queuedBytes).toBe(950);
    counts.line(`${QMGR} AA1: removed`, 5000);
    expect(counts.messages.oldestMs(5000)).toBe(3000);
    counts.line(`${QMGR} AA2: removed`, 5000);
    expect(counts.messages.oldestMs(5000)).toBeUndefined();
  });
});
