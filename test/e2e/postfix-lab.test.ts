// A real Postfix in a laboratory: what each tuning changes in the dialogue, and that the target's own
// counts are those of the dialogues. Needs root and Postfix.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tuning } from '../../src/tuning/tuning.ts';
import {
  type Case,
  play,
  reasonToSkip,
  type Seen,
  type Talk,
} from './postfix-lab/laboratory-run.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`postfix-lab: skipped: ${skip}`);

const VICTIM = 'victim@target.test';
const KNOWN = 'known@target.test';
const UNKNOWN = 'unknown@target.test';

function session(recipients: readonly string[], rest: readonly (string | null)[] = ['QUIT']): Talk {
  const rcpt = recipients.map((recipient) => `RCPT TO:<${recipient}>`);
  return { from: '10.130.3.4', lines: ['HELO a.example', 'MAIL FROM:<>', ...rcpt, ...rest] };
}

const MESSAGE = 'Message-ID: <bb.m1@a.example>\r\n\r\nHello.\r\n.';

interface Row extends Case {
  readonly title: string;
  /** Of the last dialogue, from the first reply to RCPT on. */
  readonly replies: readonly RegExp[];
}

function row(
  title: string,
  tuning: Tuning,
  talks: readonly Talk[],
  replies: readonly RegExp[],
): Row {
  return { title, tuning, talks, replies, recipients: [KNOWN] };
}

const unlisted = [/^550 5\.1\.1 .*User unknown/, /^250 /, /^221 /];
const both = [session([UNKNOWN, KNOWN])];
const greylist = { delayMs: 200, windowMs: 60_000 };
const rule = (reply: 554 | 521 | 421): Tuning => ({ victimRule: { reply, text: "don't bounce" } });
const twice = (recipient: string): Talk[] => [
  session([recipient]),
  { waitMs: 400 },
  session([recipient]),
];

const ROWS: readonly Row[] = [
  row('text refuses who is not listed', { recipients: { table: 'text' } }, both, unlisted),
  row('memory refuses who is not listed', { recipients: { table: 'memory' } }, both, unlisted),
  row('hash refuses who is not listed', { recipients: { table: 'hash' } }, both, unlisted),
  row('cdb refuses who is not listed', { recipients: { table: 'cdb' } }, both, unlisted),
  row(
    'the simulated directory refuses who is not listed',
    { recipients: { table: 'ldap', waitMs: 5, connections: 2 } },
    both,
    unlisted,
  ),
  row('catch-all takes everybody', { recipients: 'catch-all' }, both, [/^250 /, /^250 /, /^221 /]),
  row(
    'the victim rule answers 554 with its text and goes on',
    rule(554),
    [session([VICTIM, KNOWN])],
    [/^554 5\.7\.1 .*don't bounce$/, /^250 /, /^221 /],
  ),
  row(
    'the victim rule hangs up with 521',
    rule(521),
    [session([VICTIM])],
    [/^521 .*don't bounce$/],
  ),
  row(
    'the victim rule hangs up with 421',
    rule(421),
    [session([VICTIM])],
    [/^421 .*don't bounce$/],
  ),
  row(
    'an error limit of 2 hangs up after the second error',
    { errorLimit: 2 },
    [session([UNKNOWN, UNKNOWN, KNOWN])],
    [/^550 /, /^550 .*/, /^421 .*too many errors/],
  ),
  row(
    'without an error limit thirty errors are one session',
    { errorLimit: 'off' },
    [session(Array.from({ length: 30 }, () => UNKNOWN))],
    [...Array.from({ length: 30 }, () => /^550 /), /^221 /],
  ),
  row(
    'stress mode hangs up after the first error',
    { stress: 'on' },
    [session([UNKNOWN, KNOWN])],
    [/^550 /, /^421 /],
  ),
  row(
    'a greylist defers the first attempt',
    { greylist },
    [session([KNOWN])],
    [/^450 4\.2\.0 .*Greylisted/, /^221 /],
  ),
  row('a greylist lets the retry pass', { greylist }, twice(KNOWN), [/^250 /, /^221 /]),
  row(
    'with the recipient last the greylist speaks first',
    { greylist, checkOrder: 'recipient-last' },
    [session([UNKNOWN])],
    [/^450 /, /^221 /],
  ),
  row(
    'with the recipient first an unknown one never reaches the greylist',
    { greylist, checkOrder: 'recipient-first' },
    [session([UNKNOWN])],
    [/^550 /, /^221 /],
  ),
  row(
    'raw settings are laid over everything',
    { errorLimit: 'off', postfix: { main: { smtpd_hard_error_limit: '1' }, master: {} } },
    [session([UNKNOWN, KNOWN])],
    [/^550 /, /^421 /],
  ),
];

const FULL: Case = {
  tuning: { workers: 2, acceptQueue: 3 },
  recipients: [KNOWN],
  talks: [],
  keepOpen: 12,
};
const SHORT_QUEUE: Case = { ...FULL, tuning: { workers: 5, acceptQueue: 2 } };
const BROKEN: Case = {
  tuning: { postfix: { main: { smtpd_recipient_restrictions: 'reject_nonsense' }, master: {} } },
  recipients: [KNOWN],
  talks: [],
};
const DELIVERY: Case = {
  tuning: {},
  recipients: [KNOWN],
  talks: [
    session([UNKNOWN, 'x@elsewhere.test', KNOWN], ['DATA', MESSAGE, 'QUIT']),
    { from: '10.191.255.1', lines: [null] },
    session([KNOWN], [null]),
  ],
};

const STRESSED: Case = { tuning: { stress: 'on' }, recipients: [KNOWN], talks: [session([KNOWN])] };

const CASES: readonly Case[] = [DELIVERY, FULL, BROKEN, SHORT_QUEUE, STRESSED];

describe.skipIf(skip !== undefined)('a real Postfix in the laboratory', () => {
  let seen: readonly Seen[] = [];
  beforeAll(async () => {
    seen = await play([...CASES, ...ROWS]);
  }, 120_000);

  it('delivers accepted mail to the sink and counts what its log holds', () => {
    const { totals, deliveries, version } = seen[0] as Seen;
    expect(deliveries.map(({ id }) => id)).toEqual(['m1']);
    expect(version).toMatch(/^Postfix \d+\.\d+/);
    expect(totals).toMatchObject({
      sessions: 3,
      lostAfterConnect: 1,
      rcptRejects: { '550': 1, '554': 1 },
      accepted: 1,
      warnings: [],
    });
  });

  it('tells what no client sees: its log, its queue, what a disk would have had to take', () => {
    const { totals } = seen[0] as Seen;
    const { logLines, logBytes = 0, diskBytes, ...last } = totals.last ?? {};
    expect(last).toMatchObject({ stress: 0, queue: 0, queueOldestS: 0, workersBusy: 0 });
    expect(logLines).toBeGreaterThan(10);
    // The message is in it as well.
    expect(diskBytes).toBeGreaterThan(logBytes + MESSAGE.length);
    expect(totals.causes).toEqual({ 'unknown recipient': 1, 'no relaying': 1 });
    expect((seen[4] as Seen).sample.stress).toBe(1);
  });

  it('serves as many as it has workers, queues as many as acceptQueue says, drops the rest', () => {
    const { sample, peakQueue, totals, configuration } = seen[1] as Seen;
    expect(sample.workersBusy).toBe(2);
    // The kernel takes one more than the backlog, and the second worker may have taken that one.
    expect([3, 4]).toContain(peakQueue);
    expect(sample.listenOverflows).toBeGreaterThan(0);
    expect(totals.warnings.join()).toMatch(/ran out of its 2 processes/);
    expect(configuration).toContain('default_process_limit = 3');
  });

  it('has the kernel cap a queue that is shorter than the number of workers', () => {
    const { sample, peakQueue } = seen[3] as Seen;
    // 12 clients, 5 workers: without the cap Postfix would let 5 wait, and the kernel one more.
    expect(peakQueue).toBeGreaterThan(0);
    expect(peakQueue).toBeLessThanOrEqual(3);
    expect(sample.listenOverflows).toBeGreaterThan(0);
  });

  it('says in its own words why a wrong raw setting does not start', () => {
    const { error } = seen[2] as Seen;
    expect(error).toMatchObject({ exitCode: 3 });
    expect(error?.message).toMatch(/reject_nonsense/);
  });

  it.each(ROWS.map((one, i) => ({ ...one, i })))('$title', ({ replies, i }) => {
    const result = seen[i + CASES.length] as Seen;
    expect(result.error).toBeUndefined();
    // Greeting, HELO and MAIL come first.
    const last = result.replies.at(-1)?.slice(3) ?? [];
    expect(last).toHaveLength(replies.length);
    for (const [at, pattern] of replies.entries()) expect(last[at]).toMatch(pattern);
    expect(result.totals.warnings).toEqual([]);
  });
});
