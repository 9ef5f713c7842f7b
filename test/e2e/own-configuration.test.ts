// A Postfix configuration of the user's in a laboratory: Debian's stock one as it is, with each tuning on
// top, and with what may be wrong with one. Needs root and Postfix.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tuning } from '../../src/tuning/tuning.ts';
import {
  type Case,
  play,
  reasonToLeaveOut,
  reasonToSkip,
  type Seen,
  type Talk,
} from './postfix-lab/laboratory-run.ts';
import {
  type Edits,
  hasStockConfiguration,
  writeStock,
} from './postfix-lab/stock-configuration.ts';

const skip =
  reasonToSkip() ?? (hasStockConfiguration() ? undefined : 'no Debian package of Postfix');
if (skip !== undefined) console.log(`own-configuration: skipped: ${skip}`);

const directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const VICTIM = 'victim@target.test';
const KNOWN = 'known@target.test';
const UNKNOWN = 'unknown@target.test';
const MESSAGE = 'Message-ID: <bb.m1@a.example>\r\n\r\nHello.\r\n.';

function session(recipients: readonly string[], rest: readonly string[] = ['QUIT']): Talk {
  const rcpt = recipients.map((recipient) => `RCPT TO:<${recipient}>`);
  return { from: '10.130.3.4', lines: ['HELO a.example', 'MAIL FROM:<>', ...rcpt, ...rest] };
}

let written = 0;
function caseOf(edits: Edits, tuning: Tuning, talks: readonly Talk[] = []): Case {
  written += 1;
  const path = writeStock(join(directory, `etc-${written}`), edits);
  return { tuning: { config: { path, from: '.' }, ...tuning }, recipients: [KNOWN], talks };
}

interface Row {
  readonly title: string;
  readonly edits?: Edits;
  readonly tuning: Tuning;
  readonly talk: Talk;
  /** From the first reply to RCPT on. */
  readonly replies: readonly RegExp[];
  readonly configuration?: readonly (string | RegExp)[];
}

const LISTS = `
smtpd_recipient_restrictions = permit_mynetworks, check_recipient_access inline:{${KNOWN}=OK}, permit
smtpd_sender_restrictions = reject_non_fqdn_sender`;

const ALL: readonly Row[] = [
  {
    title: 'runs as it is: chrooted smtpd, port 25, its own banner and aliases, our domain added',
    tuning: {},
    talk: session([UNKNOWN, KNOWN, 'x@elsewhere.test'], ['DATA', MESSAGE, 'QUIT']),
    replies: [
      /^550 5\.1\.1 .*relay recipient table/,
      /^250 /,
      /^454 .*Relay access denied/,
      /^354 /,
    ],
    configuration: [
      '# laboratory: relay_domains += target.test',
      'alias_maps = hash:/etc/aliases',
      'master.cf: smtp inet n - y - - smtpd',
    ],
  },
  {
    title: 'keeps its own relay domains and their tables',
    edits: {
      main: 'relay_domains = other.test\nrelay_recipient_maps = texthash:/etc/postfix/relay',
      files: { relay: 'anna@other.test OK\n' },
    },
    tuning: {},
    talk: session(['anna@other.test', 'bob@other.test', KNOWN, UNKNOWN]),
    replies: [/^250 /, /^550 5\.1\.1/, /^250 /, /^550 5\.1\.1/],
    configuration: ['relay_domains = other.test, target.test'],
  },
  {
    title: 'takes everybody where it has no list of recipients for its relay domains',
    edits: { main: 'relay_domains = other.test' },
    tuning: {},
    talk: session([UNKNOWN]),
    replies: [/^250 /],
    configuration: [/^# laboratory: no list of recipients/],
  },
  {
    title: 'adds nothing to a list that has the domain already',
    edits: {
      main: 'relay_domains = texthash:/etc/postfix/domains\nrelay_recipient_maps = inline:{x@target.test=OK}',
      files: { domains: 'target.test OK\n' },
    },
    tuning: {},
    talk: session(['x@target.test', UNKNOWN]),
    replies: [/^250 /, /^550 5\.1\.1/],
    configuration: [
      'relay_domains = texthash:/etc/postfix/domains',
      '# laboratory: target.test is in its relay_domains already',
    ],
  },
  {
    title: 'workers and stress change smtpd alone',
    tuning: { workers: 7, stress: 'on' },
    talk: session([UNKNOWN, KNOWN]),
    replies: [/^550 /, /^421 /],
    configuration: [
      'master.cf: smtp inet n - y - 7 smtpd -o stress=yes',
      'master.cf: smtp unix - - y - - smtp',
    ],
  },
  {
    title: 'a longer accept queue changes no process limit',
    tuning: { acceptQueue: 300 },
    talk: session([KNOWN]),
    replies: [/^250 /],
    configuration: ['default_process_limit = 300', 'master.cf: smtp inet n - y - 100 smtpd'],
  },
  {
    title: 'an error limit beats the service’s own',
    edits: {
      master: (text) => text.replace(/^smtp .*inet.*smtpd$/m, '$&\n  -o smtpd_hard_error_limit=9'),
    },
    tuning: { errorLimit: 2 },
    talk: session([UNKNOWN, UNKNOWN, KNOWN]),
    replies: [/^550 /, /^550 /, /^421 .*too many errors/],
    configuration: ['smtpd_hard_error_limit = 2', 'master.cf: smtp inet n - y - - smtpd'],
  },
  {
    title: 'the victim’s rule stands before its own checks of the recipient',
    edits: { main: LISTS },
    tuning: { victimRule: { reply: 554, text: "don't bounce" } },
    talk: session([VICTIM]),
    replies: [/^554 5\.7\.1 .*don't bounce$/],
    configuration: [
      /^smtpd_recipient_restrictions = check_recipient_access texthash:\S+ permit_myn/,
    ],
  },
  {
    title: 'greylisting stands behind its own checks and before the final permit',
    edits: { main: LISTS.replace(`=OK`, '=DUNNO') },
    tuning: { greylist: { delayMs: 60_000, windowMs: 600_000 } },
    talk: session([KNOWN, UNKNOWN]),
    replies: [/^450 4\.2\.0 .*Greylisted/, /^450 /],
    configuration: [/check_policy_service \S+ permit$/],
  },
  {
    title: 'the recipient comes first where checkOrder says so',
    tuning: { checkOrder: 'recipient-first', greylist: { delayMs: 60_000, windowMs: 600_000 } },
    talk: session([UNKNOWN, KNOWN]),
    replies: [/^550 5\.1\.1/, /^450 /],
    configuration: [/^smtpd_recipient_restrictions = reject_unlisted_recipient check_policy/],
  },
  {
    title: 'the rule about senders stands before its own',
    edits: { main: LISTS },
    tuning: { senderRule: 'no-null' },
    talk: session([KNOWN]),
    replies: [/^550 5\.7\.1 .*null sender/],
    configuration: [/^smtpd_sender_restrictions = check_sender_access \S+ reject_non_fqdn_sender$/],
  },
  {
    title: 'a cdb table, everybody’s limits and TLS',
    tuning: { recipients: { table: 'cdb' }, clientLimits: { concurrent: 3 }, tls: 'may' },
    talk: session([UNKNOWN, KNOWN]),
    replies: [/^550 5\.1\.1/, /^250 /],
    configuration: [
      'relay_recipient_maps = cdb:/etc/postfix/blowback/recipients',
      'smtpd_client_connection_count_limit = 3',
      'smtpd_tls_security_level = may',
    ],
  },
  {
    title: 'what stands beside Postfix serves a chrooted smtpd as well',
    tuning: {
      recipients: { table: 'ldap', waitMs: 1, connections: 3 },
      contentFilter: { cpuMs: 1, waitMs: 1 },
      spf: 'on',
      botFilter: { greetWaitMs: 1000, dnsbl: true, deep: false },
      workers: 7,
    },
    talk: session([UNKNOWN, KNOWN], ['DATA', MESSAGE, 'QUIT']),
    replies: [/^550 5\.1\.1/, /^250 /, /^354 /, /^250 .*queued/],
    configuration: [
      'relay_recipient_maps = proxy:ldap:/etc/postfix/blowback/ldap.cf',
      'smtpd_proxy_filter = 127.0.0.1:port',
      /^smtpd_recipient_restrictions = check_policy_service unix:private\/policyd-spf$/,
      'master.cf: proxymap unix - - n - 3 proxymap',
      'master.cf: smtp inet n - y - 1 postscreen',
      'master.cf: smtpd pass - - y - 7 smtpd',
    ],
  },
  {
    title: 'a bot filter of its own is taken away',
    edits: {
      master: (text) =>
        text.replace(
          /^smtp .*inet.*smtpd$/m,
          'smtp inet n - y - 1 postscreen\nsmtpd pass - - y - 4 smtpd -o stress=yes',
        ),
    },
    tuning: { botFilter: 'off' },
    talk: session([UNKNOWN, KNOWN]),
    replies: [/^550 /, /^421 /],
    configuration: ['master.cf: smtp inet n - y - 4 smtpd -o stress=yes'],
  },
  {
    title: 'catch-all takes everybody, and raw settings stand over all',
    tuning: {
      recipients: 'catch-all',
      postfix: {
        main: { smtpd_banner: 'raw ESMTP' },
        master: { 'uucp/unix': '', 'smtp/inet': '2525 inet n - n - 3 smtpd' },
      },
    },
    talk: session([UNKNOWN]),
    replies: [/^250 /],
    configuration: ['smtpd_banner = raw ESMTP', 'master.cf: 2525 inet n - n - 3 smtpd'],
  },
];

const TUNED = ALL.filter(({ title, tuning }) => {
  const lack = skip === undefined ? reasonToLeaveOut({ tuning }) : undefined;
  if (lack !== undefined) console.log(`own-configuration: ${title}: skipped: ${lack}`);
  return lack === undefined;
});

type Fault = readonly [string, Edits, RegExp, RegExp];
const FAULTS: readonly Fault[] = [
  [
    'a line that is none',
    { main: 'this is nonsense' },
    /main\.cf, line (\d+): missing '=' .*\n {2}main\.cf:\1: this is nonsense$/,
    /as it is/,
  ],
  [
    'a table that is not there',
    { main: 'virtual_alias_maps = hash:/etc/postfix/virtual' },
    /open database \/etc\/postfix\/virtual\.db: No such file.*\n {2}main\.cf:\d+: virtual_alias_maps/,
    /postmap/,
  ],
  ...(
    [
      ['header_checks = regexp', 'cleanup', ''],
      ['sender_canonical_maps = hash', 'cleanup', String.raw`\.db`],
      ['sender_dependent_relayhost_maps = hash', 'trivial-rewrite', String.raw`\.db`],
      ['smtp_generic_maps = hash', 'smtp', String.raw`\.db`],
    ] as const
  ).map(
    ([setting, program, suffix]): Fault => [
      `${setting}: a table that is not there, for ${program}`,
      { main: `${setting}:/etc/postfix/absent` },
      new RegExp(
        `${program}: .*is unavailable\\. open .*/etc/postfix/absent${suffix}: No such file.*\\n {2}main\\.cf:\\d+: ${setting}`,
      ),
      /postmap/,
    ],
  ),
  [
    'an unknown restriction',
    { main: 'smtpd_recipient_restrictions = reject_nonsense' },
    /unknown smtpd restriction: "reject_nonsense"\n {2}main\.cf:\d+: smtpd_recipient_restrictions/,
    /as it is/,
  ],
  [
    'a service without its fields',
    { master: (text) => `${text}\nfoo unix n\n` },
    /master\.cf: line (\d+): bad field count\n {2}master\.cf:\1: foo unix n$/,
    /as it is/,
  ],
  [
    'a service of no known type',
    { master: (text) => `${text}\nfoo bar n - - - - smtpd\n` },
    /invalid type field "bar" in .*\n {2}master\.cf:\d+: foo bar/,
    /as it is/,
  ],
  [
    'an address that the laboratory does not have',
    { main: 'inet_interfaces = 192.0.2.25' },
    /no local interface found for 192\.0\.2\.25\n {2}main\.cf:\d+: inet_interfaces = 192\.0\.2\.25$/,
    /--set target\.tuning\.postfix\.inet_interfaces=all/,
  ],
  [
    'loopback only',
    { main: 'inet_interfaces = loopback-only' },
    /inet_interfaces = loopback-only$/,
    /inet_interfaces=all/,
  ],
  [
    'no smtpd for mail from outside',
    { master: (text) => text.replace(/^smtp .*inet.*$/m, '127.0.0.1:25 inet n - y - - smtpd') },
    /no smtpd on port 25/,
    /smtp inet/,
  ],
  [
    'daemons that lie elsewhere',
    { main: 'daemon_directory = /usr/libexec/postfix' },
    /daemon_directory = \/usr\/libexec\/postfix$/,
    /postconf -dh/,
  ],
  [
    'a service whose daemon is not installed',
    { master: (text) => `${text}\nscan unix - - y - - nosuchd\n  -v\n` },
    /there is no \/usr\/lib\/postfix\/sbin\/nosuchd for the service scan\/unix .*\n {2}master\.cf:\d+: scan unix - - y - - nosuchd$/,
    /Install the package .* leave the service out/,
  ],
  [
    'a table type that is not installed',
    { main: 'virtual_alias_maps = nosuch:/etc/postfix/x' },
    /unsupported dictionary type.*\n {2}main\.cf:\d+: virtual_alias_maps/,
    /package/,
  ],
];

describe.skipIf(skip !== undefined)('a configuration of the user’s', () => {
  let seen: readonly Seen[] = [];
  beforeAll(async () => {
    seen = await play([
      ...TUNED.map(({ edits = {}, tuning, talk }) => caseOf(edits, tuning, [talk])),
      ...FAULTS.map(([, edits]) => caseOf(edits, {})),
      caseOf(
        { main: 'mynetworks = 10.0.0.0/8\nsyslog_name = mx1\nbogus_param = 1' },
        { postfix: { main: { inet_interfaces: 'all', bogus_thing: '3' }, master: {} } },
        [session([UNKNOWN])],
      ),
    ]);
  }, 180_000);

  it.each(TUNED.map((row, i) => ({ ...row, i })))(
    '$title',
    ({ i, replies, configuration = [] }) => {
      const { error, replies: all, configuration: lines } = seen[i] as Seen;
      expect(error).toBeUndefined();
      const said = (all[0] ?? []).slice(3, 3 + replies.length);
      expect(said).toEqual(replies.map((pattern) => expect.stringMatching(pattern)));
      for (const line of configuration) {
        const expected = typeof line === 'string' ? line : expect.stringMatching(line);
        expect(lines).toContainEqual(expected);
      }
    },
  );

  it('delivers to the sink, and the log is counted', () => {
    const { deliveries, totals } = seen[0] as Seen;
    expect(deliveries.map(({ id }) => id)).toEqual(['m1']);
    expect(totals).toMatchObject({
      sessions: 1,
      accepted: 1,
      rcptRejects: { '454': 1, '550': 1 },
      warnings: [],
    });
  });

  it.each(FAULTS.map(([title, , message, hint], i) => ({ title, message, hint, i })))(
    '$title is an error in Postfix’ words, with the line',
    ({ message, hint, i }) => {
      const { error } = seen[TUNED.length + i] as Seen;
      expect(error).toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
        exitCode: 3,
      });
      expect(error?.message).not.toContain('/var/spool/postfix/target');
    },
  );

  it('a network that covers the senders is warned of; a log by another name is counted', () => {
    const { totals } = seen.at(-1) as Seen;
    expect(totals.warnings).toContainEqual(expect.stringMatching(/mynetworks/));
    expect(totals.sessions).toBe(1);
  });

  it('parameters that Postfix does not know are warned of, of the file and of the scenario', () => {
    const { totals } = seen.at(-1) as Seen;
    for (const name of ['bogus_param', 'bogus_thing']) {
      expect(totals.warnings).toContain(
        `main.cf: ${name} is no parameter of this Postfix and has no effect.`,
      );
    }
  });
});
