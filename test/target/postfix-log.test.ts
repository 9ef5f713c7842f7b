// Real lines of Postfix' log in, counts out.
import { describe, expect, it } from 'vitest';
import { LogTally } from '../../src/target/postfix/log.ts';

function tally(transcript: string): LogTally {
  const counts = new LogTally();
  for (const line of transcript.trim().split('\n')) counts.line(line.trim());
  return counts;
}

const SMTPD = 'Nov 23 09:07:18 mx postfix/smtpd[31]:';
const QMGR = 'Nov 23 09:07:18 mx postfix/qmgr[24]:';
const MASTER = 'Nov 23 09:07:18 mx postfix/master[22]:';

const SESSION = `
  ${SMTPD} connect from unknown[198.18.0.7]
  ${SMTPD} NOQUEUE: reject: RCPT from unknown[198.18.0.7]: 550 5.1.1 <no@target.test>: Recipient address rejected: User unknown in relay recipient table; from=<> to=<no@target.test> proto=ESMTP helo=<a.example>
  ${SMTPD} F15ED37: client=unknown[198.18.0.7]
  ${SMTPD} F15ED37: reject: RCPT from unknown[198.18.0.7]: 554 5.7.1 <x@elsewhere.test>: Relay access denied; from=<> to=<x@elsewhere.test> proto=ESMTP helo=<a.example>
  Nov 23 09:07:18 mx postfix/cleanup[32]: F15ED37: message-id=<bb.id1@a.example>
  ${QMGR} F15ED37: from=<>, size=213, nrcpt=1 (queue active)
  ${SMTPD} disconnect from unknown[198.18.0.7] ehlo=1 mail=1 rcpt=1/3 data=1 quit=1 commands=5/7
  Nov 23 09:07:18 mx postfix/smtp[33]: F15ED37: to=<ok@target.test>, relay=127.0.0.1[127.0.0.1]:16683, delay=0.02, dsn=2.0.0, status=sent (250 OK)
  ${QMGR} F15ED37: removed`;

describe('the tally of the mail log', () => {
  it('counts a session, its rejects by code, and its message once', () => {
    expect(tally(SESSION).totals()).toMatchObject({
      sessions: 1,
      lostAfterConnect: 0,
      rcptRejects: { '550': 1, '554': 1 },
      accepted: 1,
      warnings: [],
    });
  });

  it.each([
    [
      'a client that leaves after CONNECT',
      `${SMTPD} lost connection after CONNECT from unknown[198.18.0.8]`,
      { lostAfterConnect: 1 },
    ],
    [
      'a client that is sent away before it has said a whole command',
      `${SMTPD} timeout after CONNECT from unknown[198.18.0.8]`,
      { lostAfterConnect: 1 },
    ],
    [
      'not one that leaves later',
      `${SMTPD} lost connection after RCPT from unknown[198.18.0.8]`,
      { lostAfterConnect: 0 },
    ],
    [
      'one that leaves before its PROXY header as one that leaves after CONNECT',
      `${SMTPD} warning: haproxy read: EOF`,
      { lostAfterConnect: 1, warnings: [] },
    ],
    [
      'not one whose PROXY header is wrong, which is a warning',
      `${SMTPD} warning: haproxy read: short protocol header: EHLO`,
      {
        lostAfterConnect: 0,
        warnings: [
          'Postfix warned once: smtpd: warning: haproxy read: short protocol header: EHLO',
        ],
      },
    ],
    [
      'no failed handshake as a warning about the server',
      `${SMTPD} warning: TLS library problem: error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:354:`,
      { warnings: [] },
    ],
    [
      'no message of a client that leaves before the end',
      `${SMTPD} AB12: client=unknown[198.18.0.8]`,
      { accepted: 0 },
    ],
    [
      'no message of its own',
      `${QMGR} CD34: from=<>, size=1, nrcpt=1 (queue active)`,
      { accepted: 0 },
    ],
    [
      'no message twice',
      `${SESSION}\n${QMGR} F15ED37: from=<>, size=213, nrcpt=1 (queue active)`,
      { accepted: 1 },
    ],
    [
      'no reject that a client only writes about',
      `${SMTPD} warning: non-SMTP command from unknown[1.2.3.4]: NOQUEUE: reject: RCPT from a: 550 x`,
      { rcptRejects: {}, warnings: [] },
    ],
    [
      'a deferral',
      `${SMTPD} NOQUEUE: reject: RCPT from unknown[198.18.0.7]: 450 4.2.0 <k@target.test>: Recipient address rejected: Greylisted`,
      { rcptRejects: { '450': 1 } },
    ],
    [
      'nothing of another program',
      'Nov 23 09:07:18 mx sshd[3]: connect from unknown[198.18.0.7]',
      { sessions: 0 },
    ],
  ])('counts %s', (_title, lines, expected) =>
    expect(tally(lines).totals()).toMatchObject(expected),
  );

  it('keeps the peers of one kind of warning together, and time stamps to itself', () => {
    const { warnings } = tally(`
      ${SMTPD} warning: Message delivery request rate limit exceeded: 2 from unknown[10.129.57.2] for service smtp
      ${SMTPD} warning: Message delivery request rate limit exceeded: 2 from unknown[10.130.76.2] for service smtp
      ${SMTPD} warning: file system clock is 1 seconds ahead of local clock
      ${SMTPD} warning: resetting file time stamps - this hurts performance`).totals();
    expect(warnings).toEqual([
      'Postfix warned 2 times: smtpd: warning: Message delivery request rate limit exceeded: 2 from unknown[ADDRESS] for service smtp',
    ]);
  });

  it('tells that the processes ran out, with the limit and without the advice', () => {
    const { warnings } = tally(`
      ${MASTER} warning: service "25" (25) has reached its process limit "5": new clients may experience noticeable delays
      ${MASTER} warning: to avoid this condition, increase the process count in master.cf or reduce the service time per client
      ${MASTER} warning: see https://www.postfix.org/STRESS_README.html for examples of stress-adapting configuration settings`).totals();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/its 5 processes once/);
  });

  it('quotes fatal errors first, one sentence for those that differ in numbers only', () => {
    const counts = tally(`
      ${MASTER} warning: process /usr/lib/postfix/sbin/cleanup pid 3210 exit status 1
      Nov 23 09:00:58 mx postfix/cleanup[3210]: fatal: open table 1234: no such file
      ${MASTER} warning: process /usr/lib/postfix/sbin/cleanup pid 3211 exit status 1
      Nov 23 09:00:59 mx postfix/cleanup[3211]: fatal: open table 1235: no such file`);
    // Word for word, for who has to look for the reason.
    expect(counts.fatal).toBe('cleanup: fatal: open table 1235: no such file');
    expect(counts.totals().warnings).toEqual([
      'Postfix stopped working 2 times: cleanup: fatal: open table N: no such file',
      'Postfix warned 2 times: master: warning: process /usr/lib/postfix/sbin/cleanup pid N exit status 1',
    ]);
  });
});

describe('a table that mail has to pass', () => {
  const line = (program: string, text: string): string =>
    `Nov 23 12:00:00 mx postfix/${program}[7]: warning: ${text}`;
  const missing = 'regexp:/etc/postfix/nope is unavailable. open /etc/postfix/nope: No such file';

  it.each([
    ['cleanup', missing, true],
    ['trivial-rewrite', 'ldap:x is unavailable. unsupported dictionary type: ldap', true],
    // Local delivery is one way out of several.
    ['local', missing, false],
    // The directory was overwhelmed: that is what a run measures.
    ['smtpd', 'proxy:ldap:/etc/ldap.cf lookup error for "a@b.test"', false],
  ])('is told when %s says "%s": %s', (program, text, told) => {
    const tally = new LogTally();
    tally.line(line(program, text));
    expect(tally.unopened).toBe(told ? `${program}: warning: ${text}` : undefined);
  });
});

it('says how often postscreen had no room', () => {
  const tally = new LogTally();
  const reject = 'reject: connect from [10.130.3.4]:7: all screening ports busy';
  for (let i = 0; i < 3; i += 1) tally.line(`Nov 23 12:00:00 mx postfix/postscreen[7]: ${reject}`);
  expect(tally.totals().warnings).toEqual([expect.stringContaining('no room for 3 connections')]);
});

it('takes one fault for one kind, whatever queue id and address stand in it', () => {
  const tally = new LogTally();
  for (const [id, address] of [
    ['E9B717E', '10.130.3.4'],
    ['1E7BD7E', '10.200.100.200'],
  ]) {
    const padding = 'x'.repeat(150);
    const text = `warning: ${id}: map lookup problem ${address} ${padding} try again later`;
    tally.line(`Nov 23 12:00:00 mx postfix/cleanup[7]: ${text}`);
  }
  expect(tally.totals().warnings).toEqual([expect.stringMatching(/^Postfix warned 2 times/)]);
});
