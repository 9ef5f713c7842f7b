// A tuning as Postfix configuration: tables of settings in, lines out.
import { describe, expect, it } from 'vitest';
import type { ClientChoice } from '../../src/scenario/scenario.ts';
import type { Additions } from '../../src/target/postfix/companions/companion.ts';
import { layoutIn } from '../../src/target/postfix/layout.ts';
import { mainCf, renderMainCf } from '../../src/target/postfix/main-cf.ts';
import {
  recipientLines,
  sqliteScript,
  tableType,
  victimLine,
} from '../../src/target/postfix/maps.ts';
import { renderMasterCf, somaxconn } from '../../src/target/postfix/master-cf.ts';
import { postfix } from '../../src/target/postfix/postfix.ts';
import type { Tables } from '../../src/target/postfix/tuning-settings.ts';
import type { Site } from '../../src/target/target.ts';
import type { BotFilter, Tuning } from '../../src/tuning/tuning.ts';

function settings(
  tuning: Tuning,
  tables: Tables = {},
  added: Additions = {},
  client: ClientChoice = 'address',
) {
  const site: Site = {
    tuning,
    domain: 'target.test',
    victim: 'victim@target.test',
    recipients: [],
    compress: 1,
    client,
    sink: { host: '127.0.0.1', port: 2525 },
  };
  return mainCf(site, layoutIn('/scratch/t'), tables, added);
}

describe('main.cf', () => {
  it.each<[string, Tuning, Record<string, string | undefined>]>([
    [
      'the default limits are those of Postfix',
      {},
      { default_process_limit: '100', smtpd_hard_error_limit: undefined },
    ],
    [
      'acceptQueue moves the default process limit',
      { acceptQueue: 4096, workers: 2 },
      { default_process_limit: '4096' },
    ],
    [
      'a count is the hard error limit',
      { errorLimit: 2 },
      { smtpd_hard_error_limit: '2', smtpd_soft_error_limit: undefined },
    ],
    [
      'off lifts both error limits',
      { errorLimit: 'off' },
      { smtpd_hard_error_limit: '1000000', smtpd_soft_error_limit: '1000000' },
    ],
    [
      'raw settings win',
      { errorLimit: 2, postfix: { main: { smtpd_hard_error_limit: '7', x: 'y' }, master: {} } },
      { smtpd_hard_error_limit: '7', x: 'y' },
    ],
    [
      'nobody is trusted',
      {},
      { mynetworks: '', inet_interfaces: '10.77.0.1', smtpd_client_connection_count_limit: '0' },
    ],
    [
      'no rule about senders, no TLS and nobody trusted',
      { senderRule: 'off', tls: 'off' },
      {
        smtpd_sender_restrictions: undefined,
        smtpd_tls_security_level: undefined,
        smtpd_authorized_xclient_hosts: undefined,
        smtpd_upstream_proxy_protocol: undefined,
      },
    ],
    ['fqdn', { senderRule: 'fqdn' }, { smtpd_sender_restrictions: 'reject_non_fqdn_sender' }],
    [
      'TLS with the certificate of this instance',
      { tls: 'may' },
      {
        smtpd_tls_security_level: 'may',
        smtpd_tls_cert_file: '/scratch/t/conf/cert.pem',
        smtpd_tls_key_file: '/scratch/t/conf/key.pem',
      },
    ],
    [
      'what was accepted is delivered to the sink',
      {},
      { relay_transport: 'smtp:[127.0.0.1]:2525', local_transport: 'smtp:[127.0.0.1]:2525' },
    ],
    [
      'other domains are found by their MX, and names are looked up, as Postfix does by default',
      {},
      {
        default_transport: undefined,
        smtp_dns_support_level: undefined,
        smtpd_peername_lookup: undefined,
      },
    ],
    [
      'reverse look-ups can be switched off',
      { reverseLookup: 'off' },
      { smtpd_peername_lookup: 'no' },
    ],
    [
      'reverse look-ups can be asked for',
      { reverseLookup: 'on' },
      { smtpd_peername_lookup: 'yes' },
    ],
  ])('%s', (_title, tuning, expected) => {
    const all = settings(tuning);
    for (const [key, value] of Object.entries(expected))
      expect([key, all[key]]).toEqual([key, value]);
  });

  const tables = { victimRule: 'texthash:/v', recipients: 'cdb:/r' };
  const victim = 'check_recipient_access texthash:/v';
  const checks = ['check_policy_service unix:private/a', 'check_policy_service inet:127.0.0.1:7'];
  const asked = checks.join(', ');
  it.each<[Tuning['checkOrder'], Tables, Additions, string]>([
    [undefined, {}, {}, ''],
    ['recipient-first', {}, {}, 'reject_unlisted_recipient'],
    [undefined, tables, { checks }, `${victim}, ${asked}`],
    ['recipient-last', tables, { checks }, `${victim}, ${asked}`],
    ['recipient-first', tables, { checks }, `${victim}, reject_unlisted_recipient, ${asked}`],
  ])('checks in the order of checkOrder %s', (checkOrder, named, added, expected) => {
    const all = settings(checkOrder === undefined ? {} : { checkOrder }, named, added);
    expect(all['smtpd_recipient_restrictions']).toBe(expected);
    // Else as Postfix has it by default, which is the same.
    const last = checkOrder === 'recipient-last' ? 'yes' : undefined;
    expect(all['smtpd_reject_unlisted_recipient']).toBe(last);
  });

  it('takes what a companion gives', () => {
    const all = settings({}, tables, { main: { a: 'b' } });
    expect(all).toMatchObject({ a: 'b' });
  });

  it.each<[Partial<BotFilter>, ClientChoice, Record<string, string | undefined>]>([
    [
      { greetWaitMs: 5001 },
      'address',
      { postscreen_greet_wait: '6s', postscreen_greet_action: 'enforce' },
    ],
    [{ greetWaitMs: 0 }, 'address', { postscreen_greet_banner: '' }],
    [{ dnsbl: true }, 'address', { postscreen_dnsbl_sites: 'dnsbl.test' }],
    [{ dnsbl: false }, 'address', { postscreen_dnsbl_sites: '' }],
    [{ deep: false }, 'address', { postscreen_pipelining_enable: undefined }],
    [
      { deep: true },
      'address',
      { postscreen_pipelining_enable: 'yes', postscreen_bare_newline_action: 'enforce' },
    ],
    [
      {},
      'proxy-v2',
      { postscreen_upstream_proxy_protocol: 'haproxy', smtpd_upstream_proxy_protocol: '' },
    ],
    // postscreen gives up at once with less than ten.
    [{}, 'address', { postscreen_pre_queue_limit: '10', postscreen_post_queue_limit: '10' }],
  ])('the bot filter %o with clients by %s', (part, client, expected) => {
    const botFilter = { greetWaitMs: 6000, dnsbl: true, deep: false, ...part };
    const all = settings({ botFilter, acceptQueue: 3 }, {}, {}, client);
    for (const [key, value] of Object.entries(expected))
      expect([key, all[key]]).toEqual([key, value]);
  });

  it('refuses the null sender by a table', () => {
    const all = settings({ senderRule: 'no-null' }, { senderRule: 'texthash:/s' });
    expect(all['smtpd_sender_restrictions']).toBe('check_sender_access texthash:/s');
  });

  it.each<[ClientChoice, string | undefined, string | undefined]>([
    ['address', undefined, undefined],
    ['xclient', '10.128.0.0/9, 10.77.0.1', undefined],
    ['proxy-v1', undefined, 'haproxy'],
    ['proxy-v2', undefined, 'haproxy'],
  ])('trusts clients that are told by %s', (client, xclient, proxy) => {
    const all = settings({}, {}, {}, client);
    expect(all['smtpd_authorized_xclient_hosts']).toBe(xclient);
    expect(all['smtpd_upstream_proxy_protocol']).toBe(proxy);
  });

  it('keeps a value with a line break on one line', () => {
    expect(renderMainCf({ a: 'b\n c = d\ninet_interfaces = all', e: '' })).toBe(
      'a = b c = d inet_interfaces = all\ne =\n',
    );
  });
});

describe('master.cf', () => {
  it.each<[Tuning, string, number]>([
    [{}, '25 inet n - n - 100 smtpd', 4096],
    [{ workers: 2, acceptQueue: 5000, stress: 'auto' }, '25 inet n - n - 2 smtpd', 5000],
    [{ workers: 2, acceptQueue: 3 }, '25 inet n - n - 2 smtpd', 4096],
    [{ acceptQueue: 50 }, '25 inet n - n - 100 smtpd', 50],
    [{ workers: 5000, stress: 'on' }, '25 inet n - n - 5000 smtpd -o stress=yes', 5000],
    [{ workers: 300, acceptQueue: 10, stress: 'off' }, '25 inet n - n - 300 smtpd -o stress=', 10],
  ])('%o gives %s under a ceiling of %d', (tuning, line, ceiling) => {
    expect(renderMasterCf(tuning).split('\n')[0]).toBe(line);
    expect(somaxconn(tuning)).toBe(ceiling);
  });

  it('has the bot filter at the port, and workers and stress with the smtpd behind it', () => {
    const botFilter = { greetWaitMs: 6000, dnsbl: true, deep: false };
    const lines = renderMasterCf({ botFilter, workers: 7, stress: 'on' }).split('\n');
    expect(lines).toContain('25 inet n - n - 1 postscreen');
    expect(lines).toContain('smtpd pass - - n - 7 smtpd -o stress=yes');
  });

  it.each(['smtp/inet', '25/inet'])('has one service at the port where %s is changed', (key) => {
    const line = 'smtp inet n - n - 3 smtpd';
    const lines = renderMasterCf({ postfix: { main: {}, master: { [key]: line } } }).split('\n');
    expect(lines.filter((text) => /^(?:smtp|25) inet /.test(text))).toEqual([line]);
    const without = renderMasterCf({ postfix: { main: {}, master: { [key]: '' } } });
    expect(without).not.toMatch(/^(?:smtp|25) inet /m);
  });

  it('takes services of companions and of the tuning, which has the last word', () => {
    const lines = renderMasterCf(
      { postfix: { main: {}, master: { 'a/unix': 'a unix raw', 'flush/unix': '' } } },
      { 'a/unix': 'a unix given', 'b/inet': 'b inet given', 'proxymap/unix': 'proxymap unix 4' },
    ).split('\n');
    for (const line of ['a unix raw', 'b inet given', 'proxymap unix 4'])
      expect(lines).toContain(line);
    expect(lines.filter((line) => /^(?:flush |a unix given|proxymap unix -)/.test(line))).toEqual(
      [],
    );
  });

  it('leaves no service to the default limit, which acceptQueue moves', () => {
    for (const line of renderMasterCf({}).trim().split('\n'))
      expect(line.split(' ')[6]).toMatch(/^\d+$/);
  });
});

describe('tables', () => {
  it.each<[Tuning['recipients'], string | undefined]>([
    [undefined, 'texthash'],
    ['catch-all', undefined],
    [{ table: 'memory' }, 'texthash'],
    [{ table: 'text' }, 'texthash'],
    [{ table: 'hash' }, 'hash'],
    [{ table: 'cdb' }, 'cdb'],
    [{ table: 'lmdb' }, 'lmdb'],
    [{ table: 'sqlite' }, 'sqlite'],
    // A companion has it.
    [{ table: 'ldap' }, undefined],
  ])('%o is %s', (recipients, type) => expect(tableType(recipients)).toBe(type));

  it('writes keys in lower case', () =>
    expect(recipientLines(['Anna@T.test'])).toBe('anna@t.test OK\n'));

  it('quotes what SQL would take for the end of a text', () =>
    expect(sqliteScript(["O'Neil@T.test"])).toContain("VALUES ('o''neil@t.test');"));

  it.each([
    [554, "don't bounce", "v@t.test 554 5.7.1 don't bounce\n"],
    [450, ' a\nx@t.test OK ', 'v@t.test 450 4.7.1 a x@t.test OK\n'],
  ] as const)('answers the victim with %d %j on one line', (reply, text, line) =>
    expect(victimLine('V@t.test', { reply, text })).toBe(line),
  );
});

describe('refusals', () => {
  it.each<[Tuning, readonly string[]]>([
    [
      {
        workers: 2,
        contentFilter: { cpuMs: 1, waitMs: 1 },
        spf: 'on',
        postfix: { main: { smtpd_timeout: '10s' }, master: {} },
      },
      [],
    ],
    [
      { postfix: { main: { queue_directory: '/home', 'a b': 'c' }, master: {} } },
      ['postfix', 'postfix'],
    ],
  ])('%o: %j', (tuning, names) => {
    expect(postfix.refusals(tuning).map(({ setting }) => setting)).toEqual(names);
  });
});
