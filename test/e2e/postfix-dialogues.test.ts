// The dialogues that every target answers alike, with a real Postfix; and the same over TLS. Needs root
// and Postfix.
import { beforeAll, describe, expect, it } from 'vitest';
import { DIALOGUES, KNOWN } from '../target/dialogues.ts';
import type { TlsVersion } from '../target/tls-dialogue.mjs';
import {
  type Case,
  play,
  reasonToLeaveOut,
  reasonToSkip,
  type Seen,
} from './postfix-lab/laboratory-run.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`postfix-dialogues: skipped: ${skip}`);

const PLAYED = DIALOGUES.filter(({ title, tuning }) => {
  const lack = reasonToLeaveOut({ tuning });
  if (lack !== undefined) console.log(`postfix-dialogues: ${title}: skipped: ${lack}`);
  return lack === undefined;
});
const from = '10.130.3.4';
const message = (id: string) => [
  'MAIL FROM:<>',
  `RCPT TO:<${KNOWN}>`,
  'DATA',
  `Message-ID: <bb.${id}@a.example>\r\n\r\nHello.\r\n.`,
  'QUIT',
];
const overTls = (tls: TlsVersion, id: string) => ({ from, tls, lines: message(id) });
const TLS: Case = {
  tuning: { tls: 'may' },
  recipients: [KNOWN],
  talks: [
    overTls('TLSv1.3', 'm1'),
    overTls('TLSv1.3', 'm2'),
    overTls('TLSv1.2', 'm3'),
    overTls('TLSv1.2', 'm4'),
    // A handshake that is none: the client's fault, and no warning about the server.
    { from, lines: ['EHLO a.example', 'STARTTLS', 'this is no TLS'] },
  ],
};
const NO_HEADER: Case = {
  tuning: {},
  client: 'proxy-v1',
  recipients: [KNOWN],
  talks: [{ from, leaves: true }],
};

describe.skipIf(skip !== undefined)('a real Postfix', () => {
  let seen: readonly Seen[] = [];
  beforeAll(async () => {
    const alike = PLAYED.map(({ talks, ...rest }) => ({
      ...rest,
      recipients: [KNOWN],
      // The greylist's least delay is a second of the campaign.
      compress: 1000,
      talks: talks.map((said) => ({ from, ...said })),
    }));
    seen = await play([TLS, NO_HEADER, ...alike]);
  }, 120_000);

  it('takes messages over TLS, and resumes sessions of both versions', () => {
    const { secured, replies, totals, deliveries } = seen[0] as Seen;
    expect(secured).toEqual([
      { protocol: 'TLSv1.3', resumed: false },
      { protocol: 'TLSv1.3', resumed: true },
      { protocol: 'TLSv1.2', resumed: false },
      { protocol: 'TLSv1.2', resumed: true },
    ]);
    const codes = replies[0]?.map((reply) => reply.slice(0, 3));
    expect(codes).toEqual(['220', '250', '220', '250', '250', '250', '354', '250', '221']);
    expect(replies[0]?.[1]).toMatch(/\|250-STARTTLS\|/);
    expect(replies[0]?.[3]).not.toMatch(/STARTTLS/);
    expect(deliveries.map(({ id }) => id).sort()).toEqual(['m1', 'm2', 'm3', 'm4']);
    expect(totals).toMatchObject({ sessions: 5, lostAfterConnect: 0, accepted: 4, warnings: [] });
  });

  it('greeted nobody who left before a header', () => {
    const { totals } = seen[1] as Seen;
    expect(totals).toMatchObject({ sessions: 1, lostAfterConnect: 1, warnings: [] });
  });

  it.each(PLAYED.map((one, i) => ({ ...one, i })))('$title', ({ replies, totals, i }) => {
    const result = seen[i + 2] as Seen;
    expect(result.error).toBeUndefined();
    expect(result.replies.at(-1)).toEqual(replies.map((text) => expect.stringMatching(text)));
    expect(result.totals).toMatchObject(totals);
  });
});
