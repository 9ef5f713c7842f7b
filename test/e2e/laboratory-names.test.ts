// The simulated internet's names as a real Postfix sees them, in its dialogues. Needs root and Postfix.
import { beforeAll, describe, expect, it } from 'vitest';
import { hostName, mailDomain } from '../../src/plan/host-name.ts';
import { sourceAddress } from '../../src/plan/source-address.ts';
import { DEFAULT_DNS, type WorldDns } from '../../src/scenario/scenario.ts';
import { makeFaults } from '../../src/world/names/faults.ts';
import { makeZone } from '../../src/world/names/zone.ts';
import { Folder, readResultIn } from './cli/program.ts';
import {
  type Case,
  play as playCases,
  reasonToSkip,
  type Seen,
  type Talk,
} from './postfix-lab/laboratory-run.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`laboratory-names: skipped: ${skip}`);

// As the driver has them.
const SEED = 1;
const BOTS = { first: 500, count: 500 };
const DNS: WorldDns = { ...DEFAULT_DNS, servfail: 0.3 };
const FACTS = {
  seed: SEED,
  domain: 'target.test',
  senders: 1000,
  bots: [BOTS],
  providers: [],
  dns: DNS,
};
const zone = makeZone(FACTS);
const fails = (name: string): boolean => makeFaults(FACTS)(name) !== undefined;

const KNOWN = 'known@target.test';
const nameOf = (host: number) => hostName(SEED, host);
const domainOf = (host: number) => mailDomain(nameOf(host));
const addressOf = (host: number) => sourceAddress('laboratory', host) ?? '';
const reversed = (host: number) => addressOf(host).split('.').reverse().join('.');
const ptrOf = (host: number) => zone(`${reversed(host)}.in-addr.arpa`)?.ptr;

/** The first host from one on for which something holds. */
function hostWhere(from: number, holds: (host: number) => boolean): number {
  for (let host = from; host < from + 10_000; host += 1) if (holds(host)) return host;
  throw new Error('no such host');
}
const SOUND = hostWhere(0, (host) => ptrOf(host) === nameOf(host));
const NAMELESS = hostWhere(0, (host) => ptrOf(host) === undefined);
const MISNAMED = hostWhere(0, (host) => ptrOf(host)?.endsWith('.invalid') === true);
const isListed = (host: number) => zone(`${reversed(host)}.dnsbl.test`) !== undefined;
const LISTED = hostWhere(BOTS.first, isListed);
const UNLISTED = hostWhere(BOTS.first, (host) => !isListed(host));
const WITHOUT_MAIL = hostWhere(5000, (host) => zone(domainOf(host))?.mx === '.');
const UNREGISTERED = hostWhere(5000, (host) => zone(domainOf(host)) === undefined);
const FAILING = hostWhere(0, (host) => fails(domainOf(host)));
const WORKING = hostWhere(0, (host) => !fails(domainOf(host)));

type Spoken = Extract<Talk, { readonly preface?: string }>;

function session(host: number, sender = ''): Spoken {
  const lines = ['HELO a.example', `MAIL FROM:<${sender}>`, `RCPT TO:<${KNOWN}>`, 'QUIT'];
  return { from: addressOf(host), lines };
}

interface Row extends Case {
  readonly title: string;
  /** To RCPT, of each session. */
  readonly replies: readonly (string | RegExp)[];
}

function row(
  title: string,
  main: Readonly<Record<string, string>>,
  pairs: readonly (readonly [Spoken, string | RegExp])[],
  more: Partial<Case> = {},
): Row {
  return {
    title,
    tuning: { postfix: { main, master: {} } },
    recipients: [KNOWN],
    talks: pairs.map(([talk]) => talk),
    replies: pairs.map(([, reply]) => reply),
    ...more,
  };
}

/** Its reply names the client. */
const refuseAll = { smtpd_client_restrictions: 'check_client_access static:REJECT' };
const called = (host: number, name: string) =>
  `<${name}[${addressOf(host)}]>: Client host rejected`;
const senders = {
  smtpd_sender_restrictions: 'reject_unknown_sender_domain',
  unknown_address_reject_code: '550',
};

const ROWS: readonly Row[] = [
  row('a client has its name; one without, or with a wrong one, is unknown', refuseAll, [
    [session(SOUND), called(SOUND, nameOf(SOUND))],
    [session(NAMELESS), called(NAMELESS, 'unknown')],
    [session(MISNAMED), called(MISNAMED, 'unknown')],
  ]),
  row(
    'a client told by the PROXY protocol has its name as well',
    refuseAll,
    [
      [
        { ...session(SOUND), preface: `PROXY TCP4 ${addressOf(SOUND)} 10.77.0.1 999 25\r\n` },
        called(SOUND, nameOf(SOUND)),
      ],
    ],
    { client: 'proxy-v1' },
  ),
  row(
    'an answer within the resolver’s patience is waited for',
    refuseAll,
    [[session(SOUND), called(SOUND, nameOf(SOUND))]],
    {
      dns: { delayMs: 300 },
    },
  ),
  row(
    'an answer that is too late leaves the client unknown',
    refuseAll,
    [[session(SOUND), called(SOUND, 'unknown')]],
    {
      dns: { delayMs: 3000 },
    },
  ),
  row(
    'a silent name server leaves the client unknown',
    refuseAll,
    [[session(SOUND), called(SOUND, 'unknown')]],
    {
      dns: { silence: 1 },
    },
  ),
  row('senders’ domains exist, or don’t, or take no mail', senders, [
    [session(SOUND, `a@${domainOf(SOUND)}`), /^250 /],
    [session(SOUND, 'a@elsewhere.test'), /^250 /],
    [session(SOUND, 'a@nobody.invalid'), /^550 5\.1\.8 .*Domain not found/],
    [session(SOUND, `a@${domainOf(UNREGISTERED)}`), /^550 5\.1\.8 .*Domain not found/],
    [
      session(SOUND, `a@${domainOf(WITHOUT_MAIL)}`),
      /^550 5\.7\.27 .*does not accept mail \(nullMX\)/,
    ],
  ]),
  row(
    'a domain whose look-up fails is deferred, others are not',
    senders,
    [
      [session(SOUND, `a@${domainOf(FAILING)}`), /^450 4\.1\.8 .*Domain not found/],
      [session(SOUND, `a@${domainOf(WORKING)}`), /^250 /],
    ],
    { dns: { servfail: DNS.servfail } },
  ),
  row(
    'a block list has the bots that it knows',
    { smtpd_client_restrictions: 'reject_rbl_client dnsbl.test' },
    [
      [session(LISTED), `blocked using dnsbl.test; ${addressOf(LISTED)} sends spam`],
      [session(UNLISTED), /^250 /],
      [session(SOUND), /^250 /],
    ],
    { bots: [BOTS] },
  ),
];

/** A copy of each message goes to a domain that only the name server knows the way to. */
const COPIED: Case = {
  tuning: { postfix: { main: { always_bcc: `copy@${domainOf(7)}` }, master: {} } },
  recipients: [KNOWN],
  talks: [
    {
      from: addressOf(SOUND),
      lines: [
        'HELO a.example',
        'MAIL FROM:<>',
        `RCPT TO:<${KNOWN}>`,
        'DATA',
        'Subject: x\r\n\r\nx\r\n.',
        'QUIT',
      ],
    },
  ],
};
const WITHOUT_NAMES: Case = {
  tuning: { reverseLookup: 'off', postfix: { main: refuseAll, master: {} } },
  recipients: [KNOWN],
  talks: [session(SOUND)],
};

describe.skipIf(skip !== undefined)('a real Postfix asks the name server', () => {
  let seen: Seen[] = [];
  beforeAll(async () => {
    seen = await playCases([...ROWS, COPIED, WITHOUT_NAMES]);
  }, 120_000);

  it.each(ROWS.map(({ title, replies }, i) => [title, i, replies] as const))(
    '%s',
    (_title, i, replies) => {
      expect(seen[i]?.error).toBeUndefined();
      const rcpt = seen[i]?.replies.map((said) => said[3] ?? '');
      expect(rcpt).toEqual(
        replies.map((reply) =>
          typeof reply === 'string' ? expect.stringContaining(reply) : expect.stringMatching(reply),
        ),
      );
    },
  );

  it('and mail for other domains finds the sink by their MX', () => {
    const found = seen[ROWS.length];
    expect(found?.deliveries).toHaveLength(2);
    // Before it, our own first look's copy went the same way.
    expect(found?.questions.mx).toBe(2);
  });

  it('unless reverse look-ups are off, which asks nothing', () => {
    const found = seen[ROWS.length + 1];
    expect(found?.replies[0]?.[3]).toContain(called(SOUND, 'unknown'));
    expect(found?.questions).toMatchObject({ ptr: 0, a: 0 });
  });
});

const RUN = JSON.stringify({
  name: 'names-of-a-run',
  clock: { compress: 600 },
  phases: { warmup: '0s', calm: '200ms', storm: '1s', recovery: '200ms', drain: '3s' },
  world: { roundTrip: 0, dns: { servfail: '20%', delay: '2ms' } },
  actors: {
    legit: { kind: 'legit', rate: '5/s', systems: { postfix: 1 } },
    bots: { kind: 'bot', rate: '40/s' },
  },
  target: {
    kind: 'postfix',
    tuning: { postfix: { smtpd_client_restrictions: 'reject_rbl_client dnsbl.test' } },
  },
});

describe('a run', () => {
  const folder = new Folder();
  const play = async (...more: readonly string[]) => {
    const out = folder.out();
    const args = ['run', folder.file('s.yaml', RUN), '--out', out, ...more];
    const ended = await folder.run(args);
    expect([0, 6], ended.stderr).toContain(ended.exit);
    const [run] = readResultIn(out).runs;
    const figure = (name: string) =>
      run?.metrics.find(({ phase, metric }) => phase === 'run' && metric === name)?.value ?? 0;
    return { run, figure };
  };

  it.skipIf(skip !== undefined)(
    'counts what its target asked, and has its bots on the block list',
    async () => {
      const { run, figure } = await play();
      const sessions = run?.books.find(({ what }) => what.includes('sessions'))?.theirs;
      expect(sessions).toBeGreaterThan(40);
      // One for each client; the resolver asks once more where it is told of a failure.
      expect(figure('dns.ptr')).toBeGreaterThanOrEqual(sessions ?? 0);
      expect(figure('dns.dnsbl')).toBeGreaterThan(30);
      expect(figure('dns.servfail')).toBeGreaterThan(5);
      expect(figure('dns.silence')).toBe(0);
      expect(figure('attack.rejected')).toBeGreaterThan(15);
      expect(figure('legit.rejected')).toBe(0);
    },
    60_000,
  );

  it('whose target asks nobody says so', async () => {
    const { run } = await play('--target', 'embedded', '--set', 'target.tuning={}');
    const reason = 'the embedded target asks for no names here';
    expect(run?.unavailable).toContainEqual({ metric: 'dns.ptr', reason });
    expect(run?.metrics.filter(({ metric }) => metric.startsWith('dns.'))).toEqual([]);
  }, 60_000);
});
