// A second Postfix in front of the tuned one, in a laboratory: who refuses, who asks, who bounces, and what
// is told of it. Needs root and Postfix.
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
if (skip !== undefined) console.log(`two-servers: skipped: ${skip}`);

const KNOWN = 'known@target.test';
const UNKNOWN = 'unknown@target.test';
const VICTIM = 'victim@target.test';

function mail(from: string, recipients: readonly string[], id: string): Talk {
  const rcpt = recipients.map((recipient) => `RCPT TO:<${recipient}>`);
  const message = `Message-ID: <bb.${id}@a.example>\r\n\r\nHello.\r\n.`;
  const lines = ['HELO a.example', `MAIL FROM:<${from}>`, ...rcpt, 'DATA', message, 'QUIT'];
  return { from: '10.130.3.4', lines };
}

const limits = { bitsPerSecond: 10_000_000, roundTripMs: 20 };
const edge = (tuning: Tuning, verify = false): Tuning => ({
  edge: { tuning, verify, link: limits },
});
const SENDER = 'somebody@sender.test';
const BOTH = [UNKNOWN, KNOWN];
/** Postfix' own is three seconds, during which the client waits. */
const poll = { postfix: { main: { address_verify_poll_delay: '1s' }, master: {} } };

const CASES = {
  table: { tuning: edge({}), talks: [mail(SENDER, BOTH, 'm1')] },
  catchAll: {
    tuning: edge({ recipients: 'catch-all' }),
    talks: [mail(SENDER, BOTH, 'm2')],
  },
  verify: {
    tuning: edge(poll, true),
    talks: [mail(SENDER, [...BOTH, UNKNOWN], 'm3')],
  },
  hosted: {
    tuning: { hosted: { accounts: ['victim', 'mailbox'] } },
    talks: [
      mail('', [VICTIM], 'swallowed'),
      mail(SENDER, [KNOWN, 'mailbox@target.test'], 'm4'),
      mail(SENDER, [UNKNOWN], 'm5'),
    ],
  },
  limited: {
    tuning: { ...edge({}), clientLimits: { perMinute: 1 } },
    talks: [mail(SENDER, [KNOWN], 'm6'), { waitMs: 300 }, mail(SENDER, [KNOWN], 'm7')],
  },
  dead: { tuning: edge({}), talks: [], kills: 'master' },
  broken: {
    tuning: edge({ postfix: { main: { smtpd_recipient_restrictions: 'nonsense' }, master: {} } }),
    talks: [],
  },
} as const satisfies Record<string, Omit<Case, 'recipients'>>;

describe.skipIf(skip !== undefined)('two servers in the laboratory', () => {
  const seen = {} as Record<keyof typeof CASES, Seen>;
  beforeAll(async () => {
    const recipients = [KNOWN, 'mailbox@target.test'];
    const results = await play(Object.values(CASES).map((one) => ({ ...one, recipients })));
    for (const [at, name] of Object.keys(CASES).entries()) {
      seen[name as keyof typeof CASES] = results[at] as Seen;
    }
  }, 120_000);

  const codes = (replies: readonly string[] | undefined) =>
    replies?.map((line) => line.slice(0, 3));
  const arrived = ({ deliveries }: Seen) =>
    deliveries.map(({ id, reversePath }) => [id, reversePath]);

  it('an edge with a table refuses who is not listed, and hands on the rest', () => {
    const { replies, totals, messages, error } = seen.table;
    expect(error).toBeUndefined();
    expect(codes(replies[0]?.slice(3))).toEqual(['550', '250', '354', '250', '221']);
    expect(arrived(seen.table)).toEqual([['m1', SENDER]]);
    expect(totals).toMatchObject({
      sessions: 1,
      rcptRejects: { 550: 1 },
      accepted: 1,
      warnings: [],
    });
    expect(totals.last).toMatchObject({ behindSessions: 1, behindProbes: 0, swallowed: 0 });
    expect(messages).toMatchObject([['m1', { sent: 1, bounced: 0, deferred: 0 }]]);
  });

  it('adds up what both servers use, and tells the one behind apart', () => {
    const { cpuS = 0, behindCpuS = 1, memoryBytes = 0, behindMemoryBytes = 0 } = seen.table.sample;
    // Counted in hundredths of a second.
    expect(cpuS).toBeGreaterThanOrEqual(behindCpuS);
    expect(behindMemoryBytes).toBeGreaterThan(0);
    expect(memoryBytes).toBeGreaterThan(behindMemoryBytes);
    // The message with its header, and the dialogue.
    expect(seen.table.totals.last?.linkBytes).toBeGreaterThan(500);
  });

  it('shows the configuration of both, those of the one in front by its name', () => {
    const { configuration } = seen.table;
    expect(configuration).toContain('inet_interfaces = 10.77.0.3');
    expect(configuration).toContain('edge: inet_interfaces = 10.77.0.1');
    expect(configuration).toContain('edge: relay_transport = smtp:[10.77.0.3]:port');
  });

  it('an edge that takes everything bounces what the server behind refuses', () => {
    expect(seen.catchAll.error).toBeUndefined();
    const { replies, totals, deliveries } = seen.catchAll;
    expect(codes(replies[0]?.slice(3))).toEqual(['250', '250', '354', '250', '221']);
    const bounce = deliveries.find(({ reversePath }) => reversePath === '');
    expect(deliveries).toHaveLength(2);
    expect(deliveries.find(({ id }) => id === 'm2')?.recipients).toBe(1);
    expect(bounce).toMatchObject({ kind: 'bounce', bounce: { failed: 1 } });
    expect(totals).toMatchObject({ rcptRejects: {}, accepted: 1, bounces: 1 });
    expect(seen.catchAll.messages).toMatchObject([['m2', { sent: 1, bounced: 1 }]]);
  });

  it('an edge that verifies asks the server behind once for each address', () => {
    expect(seen.verify.error).toBeUndefined();
    const { replies, totals } = seen.verify;
    expect(codes(replies[0]?.slice(3))).toEqual(['550', '250', '550', '354', '250', '221']);
    expect(replies[0]?.[3]).toMatch(/undeliverable address: .* User unknown/);
    expect(arrived(seen.verify)).toEqual([['m3', SENDER]]);
    expect(totals.last?.behindProbes).toBe(2);
    expect(totals).toMatchObject({ accepted: 1, rcptRejects: { 550: 2 } });
  });

  it('a hosted service swallows for its accounts, hands on the rest, and bounces', () => {
    expect(seen.hosted.error?.message).toBeUndefined();
    const { replies, totals, deliveries } = seen.hosted;
    for (const talk of replies) expect(talk.at(-2)).toMatch(/^250 /);
    expect(totals.last?.swallowed).toBe(1);
    // One copy by the server behind, and one to the account that is somebody's mailbox.
    const ids = deliveries.map(({ id }) => id).sort();
    expect(ids.slice(0, 2)).toEqual(['m4', 'm4']);
    expect(deliveries.filter(({ kind }) => kind === 'bounce')).toHaveLength(1);
    expect(deliveries).toHaveLength(3);
    expect(new Map(seen.hosted.messages).get('m4')).toMatchObject({ sent: 2, bounced: 0 });
    expect(new Map(seen.hosted.messages).get('m5')).toMatchObject({ sent: 0, bounced: 1 });
    expect(totals).toMatchObject({ sessions: 3, accepted: 3, bounces: 1 });
  });

  it('limits of the server behind per client do not hold for the one in front', () => {
    expect(arrived(seen.limited).map(([id]) => id)).toEqual(['m6', 'm7']);
    expect(seen.limited.configuration).toContain('smtpd_client_connection_rate_limit = 1');
  });

  it('says which server died in mid-run, and takes the other down', () => {
    expect(seen.dead.died).toMatch(/^the server behind: Postfix' master process ended .*SIGKILL/);
  });

  it('says which server does not start, in its own words', () => {
    expect(seen.broken.error?.message).toMatch(/^the server in front: Postfix .*nonsense/);
    expect(seen.broken.error?.exitCode).toBe(3);
  });

  it('leaves no process, however it ended', () => {
    const left = Object.entries(seen).map(([name, one]) => [name, ...(one.left ?? [])]);
    expect(left).toEqual(Object.keys(seen).map((name) => [name]));
  });
});
