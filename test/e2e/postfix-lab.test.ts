// A real Postfix in a laboratory: what each tuning changes in the dialogue, and that the target's own
// counts are those of the dialogues. Needs root and Postfix.
import { beforeAll, describe, expect, it } from 'vitest';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';
import { sourceAddress } from '../../src/plan/source-address.ts';
import type { TargetTotals } from '../../src/target/target.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';
import {
  type Case,
  play,
  reasonToLeaveOut,
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

/** As the driver's names have them: hosts of seed 1. */
const addressOf = (host: number) => sourceAddress('laboratory', host) ?? '';
const domainOf = (host: number) => mailDomain(hostName(1, host));
function sessionOf(host: number, sender: string): Talk {
  const lines = ['HELO a.example', `MAIL FROM:<${sender}>`, `RCPT TO:<${KNOWN}>`, 'QUIT'];
  return { from: addressOf(host), lines };
}
const listedBots: Partial<Case> = { bots: [{ first: 500, count: 9 }], dns: { dnsbl: 1 } };
const screened = { greetWaitMs: 1000, dnsbl: true, deep: false };

const STRESSED_LINE = '25 inet n - n - 5 smtpd -o stress=yes';
const MESSAGE = 'Message-ID: <bb.m1@a.example>\r\n\r\nHello.\r\n.';

interface Row extends Case {
  readonly title: string;
  /** Of the last dialogue, from the first reply to RCPT on. */
  readonly replies: readonly RegExp[];
  /** The target's own account. */
  readonly totals?: Partial<TargetTotals>;
}

function row(
  title: string,
  tuning: Tuning,
  talks: readonly Talk[],
  replies: readonly RegExp[],
  rest: Partial<Row> = {},
): Row {
  return { title, tuning, talks, replies, recipients: [KNOWN], ...rest };
}

const unlisted = [/^550 5\.1\.1 .*User unknown/, /^250 /, /^221 /];
const both = [session([UNKNOWN, KNOWN])];
/** Of the campaign: 300 ms of the clock. */
const greylist = { delayMs: 5 * 60_000, windowMs: 2 * 86_400_000 };
const compressed = { compress: 1000 };
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
  row('lmdb refuses who is not listed', { recipients: { table: 'lmdb' } }, both, unlisted),
  row('sqlite refuses who is not listed', { recipients: { table: 'sqlite' } }, both, unlisted),
  row(
    'a directory refuses who is not listed',
    { recipients: { table: 'ldap', waitMs: 0, connections: 2 } },
    both,
    unlisted,
  ),
  row(
    'a directory finds an address in any case, whatever is in it',
    { recipients: { table: 'ldap', waitMs: 0, connections: 2 } },
    [session(["O'Neil+x*@target.test", "O'Neil+x-y@target.test"])],
    [/^250 /, /^550 /, /^221 /],
    { recipients: ["o'neil+x*@Target.test"] },
  ),
  row(
    'SQLite finds an address in any case, whatever is in it',
    { recipients: { table: 'sqlite' } },
    [session(["O'Neil_x@target.test", "O''Neil@target.test"])],
    [/^250 /, /^550 /, /^221 /],
    { recipients: ["o'neil_x@Target.test"] },
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
  row('a greylist defers who comes again too soon', { greylist }, twice(KNOWN), [/^450 /, /^221 /]),
  row(
    'a greylist counts in campaign time, and lets the retry pass',
    { greylist },
    twice(KNOWN),
    [/^250 /, /^221 /],
    compressed,
  ),
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
    'the victim rule speaks before the greylist',
    { greylist, ...rule(554) },
    [session([VICTIM])],
    [/^554 /, /^221 /],
  ),
  row(
    'the content filter sees no session that is refused before',
    { contentFilter: { cpuMs: 1000, waitMs: 0 } },
    [session([UNKNOWN])],
    [/^550 /, /^221 /],
    { totals: { sessions: 1, rcptRejects: { '550': 1 }, accepted: 0 } },
  ),
  row(
    'a client has so many connections a minute',
    { clientLimits: { perMinute: 2 } },
    [session([KNOWN]), session([KNOWN]), session([KNOWN])],
    [],
    { totals: { sessions: 3, lostAfterConnect: 1, stageRejects: { 'CONNECT 421': 1 } } },
  ),
  row(
    'the bot filter refuses who speaks before the greeting',
    { botFilter: { greetWaitMs: 1000, dnsbl: false, deep: false } },
    [{ ...session([KNOWN]), preface: 'HELO a.example\r\n' }],
    [/^550 5\.5\.1 Protocol error/, /^221 /],
    { totals: { sessions: 1, lostAfterConnect: 0, rcptRejects: { '550': 1 } } },
  ),
  row(
    'the bot filter lets pass who waits for the greeting',
    { botFilter: { greetWaitMs: 1000, dnsbl: false, deep: false } },
    [session([UNKNOWN, KNOWN])],
    unlisted,
    { totals: { sessions: 1, lostAfterConnect: 0, rcptRejects: { '550': 1 } } },
  ),
  row(
    'the bot filter refuses who is on the block list',
    { botFilter: screened },
    [sessionOf(500, 'a@elsewhere.test')],
    [new RegExp(`^550 5\\.7\\.1 .*\\[${addressOf(500)}\\] blocked using dnsbl\\.test`), /^221 /],
    listedBots,
  ),
  row(
    'the bot filter lets pass who is not',
    { botFilter: screened },
    [sessionOf(499, 'a@elsewhere.test')],
    [/^250 /, /^221 /],
    listedBots,
  ),
  row(
    'SPF refuses who is not among the addresses of the sender’s domain',
    { spf: 'on' },
    [sessionOf(8, `a@${domainOf(7)}`)],
    [/^550 5\.7\.23 .*SPF fail/, /^221 /],
  ),
  row('SPF takes who is', { spf: 'on' }, [sessionOf(7, `a@${domainOf(7)}`)], [/^250 /, /^221 /]),
  row(
    'SPF refuses for good what a greylist would only defer',
    { spf: 'on', greylist },
    [sessionOf(8, `a@${domainOf(7)}`)],
    [/^550 5\.7\.23 /, /^221 /],
  ),
  row(
    'its deep tests defer a new client once',
    { botFilter: { greetWaitMs: 0, dnsbl: false, deep: true } },
    [session([KNOWN])],
    [/^450 4\.3\.2 Service currently unavailable/, /^221 /],
  ),
  row(
    'its deep tests know a client again',
    { botFilter: { greetWaitMs: 0, dnsbl: false, deep: true } },
    [session([KNOWN]), session([UNKNOWN, KNOWN])],
    unlisted,
    { totals: { sessions: 2, rcptRejects: { '450': 1, '550': 1 } } },
  ),
  row(
    'stress mode goes with the smtpd behind the bot filter',
    { botFilter: { greetWaitMs: 0, dnsbl: false, deep: false }, stress: 'on' },
    [session([UNKNOWN, KNOWN])],
    [/^550 /, /^421 /],
  ),
  row(
    'raw services of master.cf have the last word',
    { stress: 'off', postfix: { main: {}, master: { '25/inet': STRESSED_LINE } } },
    [session([UNKNOWN, KNOWN])],
    [/^550 /, /^421 /],
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
const FILTERED: Case = {
  tuning: { contentFilter: { cpuMs: 300, waitMs: 200 } },
  recipients: [KNOWN],
  talks: [
    session([UNKNOWN, KNOWN], ['DATA', 'Message-ID: <bb.m2@a.example>\r\n\r\n..\r\n.', 'QUIT']),
  ],
};
const DISTANT: Case = {
  tuning: { recipients: { table: 'ldap', waitMs: 250, connections: 2 } },
  recipients: [KNOWN],
  talks: both,
};
const dying = (name: string, tuning: Tuning): Case => ({
  tuning,
  recipients: [KNOWN],
  talks: [],
  kills: name,
});
const DYING = {
  slapd: dying('slapd', { recipients: { table: 'ldap', waitMs: 0, connections: 2 } }),
  postgrey: dying('postgrey', { greylist }),
};
const NO_DIRECTORY: Case = {
  tuning: { recipients: { table: 'ldap', waitMs: 5, connections: 2 }, greylist },
  recipients: ['a line\nbreak@target.test'],
  talks: [],
};

const ALWAYS: readonly Case[] = [DELIVERY, FULL, BROKEN, SHORT_QUEUE, STRESSED, FILTERED];
const COMPANIONED: readonly Case[] = [DISTANT, DYING.slapd, DYING.postgrey, NO_DIRECTORY];
const lack = reasonToLeaveOut({ tuning: NO_DIRECTORY.tuning });
const CASES = [...ALWAYS, ...(lack === undefined ? COMPANIONED : [])];

/** What is left out for want of a package is told once, with its name. */
const PLAYED = ROWS.filter((one) => reasonToLeaveOut(one) === undefined);
const lacks = skip === undefined ? ROWS.map((one) => reasonToLeaveOut(one)) : [];
for (const reason of new Set(lacks)) {
  if (reason !== undefined) console.log(`postfix-lab: companions: skipped: ${reason}`);
}

describe.skipIf(skip !== undefined)('a real Postfix in the laboratory', () => {
  let seen: readonly Seen[] = [];
  beforeAll(async () => {
    seen = await play([...CASES, ...PLAYED]);
  }, 180_000);

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

  it('lets the content filter compute and wait at the final dot, and counts its CPU', () => {
    const { replies, waits, sample, totals, deliveries } = seen[5] as Seen;
    expect(replies[0]?.map((reply) => reply.slice(0, 3)).join(' ')).toBe(
      '220 250 250 550 250 354 250 221',
    );
    expect(waits[0]?.[6]).toBeGreaterThan(500 - 1);
    expect(sample.cpuS).toBeGreaterThan(0.3);
    expect(deliveries.map(({ id }) => id)).toEqual(['m2']);
    expect(totals).toMatchObject({ sessions: 1, rcptRejects: { '550': 1 }, accepted: 1 });
  });

  describe.skipIf(lack !== undefined)('with companions', () => {
    const at = (one: Case): Seen => seen[CASES.indexOf(one)] as Seen;

    it('waits for a distant directory at each recipient', () => {
      const { waits, totals } = at(DISTANT);
      for (const rcpt of [3, 4]) expect(waits[0]?.[rcpt]).toBeGreaterThan(250 - 1);
      expect(totals.warnings).toEqual([]);
    });

    it.each(Object.entries(DYING))('tells that %s died', (name, one) => {
      expect(at(one).died).toBe(`${name} ended by itself (SIGKILL)`);
    });

    it('quotes a directory that cannot be filled, and ends the other companions', () => {
      expect(at(NO_DIRECTORY).error).toMatchObject({ exitCode: 3 });
      expect(at(NO_DIRECTORY).error?.message).toMatch(/^slapadd failed: \S/);
    });
  });

  it.each(PLAYED.map((one, i) => ({ ...one, i })))('$title', ({ replies, totals, i }) => {
    const result = seen[i + CASES.length] as Seen;
    expect(result.error).toBeUndefined();
    // Greeting, HELO and MAIL come first.
    const last = result.replies.at(-1)?.slice(3) ?? [];
    expect(last).toHaveLength(replies.length);
    for (const [at, pattern] of replies.entries()) expect(last[at]).toMatch(pattern);
    expect(result.totals).toMatchObject({ warnings: [], ...totals });
  });
});
