// What is changed in a configuration of the user's, where a fault in it lies, and what is not shown of it.
import { describe, expect, it } from 'vitest';
import type { ClientChoice } from '../../src/scenario/scenario.ts';
import { blame } from '../../src/target/postfix/blame.ts';
import { unusedSettings, withoutSecrets } from '../../src/target/postfix/effective.ts';
import { layoutIn } from '../../src/target/postfix/layout.ts';
import { ASKED, type Asked, type Own, words } from '../../src/target/postfix/own.ts';
import { changesFor } from '../../src/target/postfix/own-changes.ts';
import { ceiling } from '../../src/target/postfix/own-tuning.ts';
import { findEntrance, parseServices } from '../../src/target/postfix/services.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';

const DEFAULTS: Partial<Record<Asked, string>> = {
  default_process_limit: '100',
  inet_interfaces: 'all',
  inet_protocols: 'all',
  maillog_file_prefixes: '/var, /dev/stdout',
};

function own(stated: Partial<Record<Asked, string>>, master: string, takenBy?: Asked): Own {
  const plain = Object.fromEntries(
    ASKED.map((name) => [name, stated[name] ?? DEFAULTS[name] ?? '']),
  ) as Record<Asked, string>;
  const services = parseServices(master);
  const entrance = findEntrance(services);
  if (!entrance) throw new Error('no entrance');
  const names = new Set(Object.keys(stated));
  return { plain, expanded: plain, stated: names, services, entrance, takenBy };
}

const STOCK = `smtp inet n - y - - smtpd
pickup unix n - y 60 1 pickup
relay unix - - y - - smtp
postlog unix-dgram n - n - 1 postlogd
`;

function change(tuning: Tuning, from: Own, client: ClientChoice = 'address') {
  const site = {
    tuning,
    domain: 'target.test',
    victim: 'victim@target.test',
    recipients: ['a@target.test'],
    compress: 1,
    client,
    sink: { host: '127.0.0.1', port: 2525 },
  };
  const tables = { recipients: 'cdb:/r', victimRule: 'texthash:/v' };
  return changesFor(site, from, {
    layout: layoutIn('/x'),
    tables,
    added: { checks: ['check_policy_service inet:127.0.0.1:7'] },
  });
}

describe('a configuration of the user’s', () => {
  it('gets the domain, its mailboxes and the way to the sink, behind what it has', () => {
    const { main, services, notes } = change(
      {},
      own({ relay_domains: '$more, b.test', transport_maps: 'hash:/t' }, STOCK),
    );
    expect(main).toMatchObject({
      relay_domains: '$more, b.test, target.test',
      transport_maps: 'inline:{target.test=smtp:[127.0.0.1]:2525}, hash:/t',
      inet_interfaces: '10.77.0.1, 127.0.0.1',
    });
    expect(services).toEqual({});
    expect(notes).toContain('relay_domains += target.test');
  });

  it('gets a service for the log where it has none', () => {
    const { services, notes } = change({}, own({}, STOCK.replace(/^postlog.*\n/m, '')));
    expect(services).toEqual({
      'postlog/unix-dgram': 'postlog unix-dgram n - n - 1 postlogd',
    });
    expect(notes).toContain('master.cf: postlog unix-dgram n - n - 1 postlogd');
  });

  it('is told where its domain stands already; a table for another class of domain is refused', () => {
    const from = own({ virtual_mailbox_domains: 'target.test' }, STOCK, 'virtual_mailbox_domains');
    expect(change({}, from).main).not.toHaveProperty('relay_domains');
    expect(change({}, from).main).not.toHaveProperty('relay_recipient_maps');
    expect(() => change({ recipients: { table: 'cdb' } }, from)).toThrow(/virtual_mailbox_domains/);
  });

  it.each<[string, Tuning, Partial<Record<Asked, string>>, string | undefined]>([
    ['a list where relaying is not configured', {}, {}, 'cdb:/r'],
    ['none where its relay domains have none', {}, { relay_domains: 'b.test' }, undefined],
    [
      'one that the tuning wants',
      { recipients: { table: 'cdb' } },
      { relay_domains: 'b.test' },
      'cdb:/r',
    ],
    ['one more', {}, { relay_recipient_maps: 'hash:/a' }, 'hash:/a, cdb:/r'],
    ['none for everybody', { recipients: 'catch-all' }, {}, undefined],
    [
      'everybody in its list',
      { recipients: 'catch-all' },
      { relay_recipient_maps: 'hash:/a' },
      'hash:/a, inline:{@target.test=OK}',
    ],
  ])('gets %s', (_title, tuning, stated, expected) =>
    expect(change(tuning, own(stated, STOCK)).main['relay_recipient_maps']).toBe(expected),
  );

  it.each<[Tuning, string, string]>([
    [
      {},
      'a, permit',
      'check_recipient_access texthash:/v a check_policy_service inet:127.0.0.1:7 permit',
    ],
    [
      { checkOrder: 'recipient-first' },
      'a reject_unlisted_recipient, check_x { y, z }',
      'check_recipient_access texthash:/v reject_unlisted_recipient a check_x { y, z } check_policy_service inet:127.0.0.1:7',
    ],
    [
      { checkOrder: 'recipient-last' },
      'reject_unlisted_recipient a reject',
      'check_recipient_access texthash:/v a check_policy_service inet:127.0.0.1:7 reject',
    ],
  ])('with %o has %s become %s', (tuning, list, expected) => {
    const { main } = change(tuning, own({ smtpd_recipient_restrictions: list }, STOCK));
    expect(main['smtpd_recipient_restrictions']).toBe(expected);
  });

  it('extends the list of the service itself where that has one', () => {
    const master = STOCK.replace(
      '- smtpd',
      '- smtpd -o {smtpd_recipient_restrictions = b, permit}',
    );
    const { main, services } = change({}, own({ smtpd_recipient_restrictions: 'a' }, master));
    expect(main['smtpd_recipient_restrictions']).toMatch(
      /^check_recipient_access \S+ b check_\w+ \S+ permit$/,
    );
    expect(services['smtp/inet']).toBe('smtp inet n - y - - smtpd');
  });

  it.each<[Tuning, number, string | undefined, string | undefined]>([
    [{}, 4096, undefined, undefined],
    [{ acceptQueue: 20 }, 20, undefined, undefined],
    [{ acceptQueue: 150, workers: 200 }, 150, undefined, undefined],
    [{ acceptQueue: 5000 }, 5000, '5000', 'relay unix - - y - 100 smtp'],
  ])('with %o asks for a queue of %d', (tuning, limit, processes, relay) => {
    const from = own({}, STOCK);
    const { main, services } = change(tuning, from);
    expect(ceiling(tuning, from)).toBe(limit);
    expect(main['default_process_limit']).toBe(processes);
    expect(services['relay/unix']).toBe(relay);
  });

  it('changes no line that the tuning itself states raw', () => {
    const raw = 'smtp inet n  -  n - 3 smtpd';
    const tuning: Tuning = { workers: 9, postfix: { main: {}, master: { 'smtp/inet': raw } } };
    expect(change(tuning, own({}, `${raw}\n`)).services).not.toHaveProperty('smtp/inet');
  });

  it('trusts clients that are told, beside those that it trusts already', () => {
    const from = own({ smtpd_authorized_xclient_hosts: '192.0.2.1' }, STOCK);
    expect(change({}, from, 'xclient').main['smtpd_authorized_xclient_hosts']).toBe(
      '192.0.2.1, 10.128.0.0/9, 10.77.0.1',
    );
  });
});

describe('the words of a list', () => {
  it.each([
    ['a, b c', ['a', 'b', 'c']],
    ['inline:{x=y, {z = a b}} hash:/x', ['inline:{x=y, {z = a b}}', 'hash:/x']],
    ['check { inet:1, timeout=3 }, b', ['check', '{ inet:1, timeout=3 }', 'b']],
    ['', []],
  ])('%j are %j', (list, expected) => expect(words(list)).toEqual(expected));
});

describe('blame', () => {
  const files = [
    {
      name: 'main.cf',
      text: '# virtual_alias_maps is below\ninet_interfaces = all\nvirtual_alias_maps =\n  hash:/etc/postfix/virtual\ninet_interfaces = 192.0.2.25\nchecks = inet:127.0.0.1:12345\n',
    },
    { name: 'master.cf', text: 'smtp inet n - y - - smtpd\nfoo   bar n - - - - smtpd\n' },
  ];
  it.each([
    [
      'smtpd: warning: connect to 127.0.0.1:12345: Connection refused',
      'main.cf:6: checks = inet:127.0.0.1:12345',
    ],
    ['postconf: fatal: main.cf, line 2: missing', 'main.cf:2: inet_interfaces = all'],
    ['fatal: /etc/postfix/master.cf: line 2: bad', 'master.cf:2: foo   bar n - - - - smtpd'],
    ['open database /etc/postfix/virtual.db: No such file', 'main.cf:4: hash:/etc/postfix/virtual'],
    ['fatal: parameter inet_interfaces: no local', 'main.cf:5: inet_interfaces = 192.0.2.25'],
    [
      'invalid type field "bar" in "foo bar n - - - - smtpd"',
      'master.cf:2: foo   bar n - - - - smtpd',
    ],
    ['something else entirely', undefined],
  ])('%s: %s', (said, expected) => expect(blame(said, files)).toBe(expected));
});

describe('what is not shown', () => {
  it.each([
    ['ldap_bind_pw = hunter2', 'ldap_bind_pw = (not shown)'],
    ['mysql_password = a = b', 'mysql_password = (not shown)'],
    [
      'smtp_sasl_password_maps = hash:/etc/postfix/sasl',
      'smtp_sasl_password_maps = hash:/etc/postfix/sasl',
    ],
    ['smtp_sasl_password_maps = static:me:secret', 'smtp_sasl_password_maps = static:(not shown)'],
    [
      'smtp_sasl_password_maps = inline:{ a=b:c, d=e:f }, hash:/x',
      'smtp_sasl_password_maps = inline:(not shown), hash:/x',
    ],
    [
      'master.cf: smtp inet n - y - - smtpd -o x_password=a -o b=c',
      'master.cf: smtp inet n - y - - smtpd -o x_password=(not shown) -o b=c',
    ],
    [
      'master.cf: smtp inet n - y - - smtpd -o { x_password = a b } -o b=c',
      'master.cf: smtp inet n - y - - smtpd -o {x_password = (not shown)} -o b=c',
    ],
    [
      'master.cf: smtp inet n - y - - smtpd -o {smtp_sasl_password_maps = inline:{a=b:c}}',
      'master.cf: smtp inet n - y - - smtpd -o {smtp_sasl_password_maps = inline:(not shown)}',
    ],
    ['smtpd_banner = password', 'smtpd_banner = password'],
  ])('%s', (line, shown) => expect(withoutSecrets(line)).toBe(shown));
});

describe('settings that nothing reads', () => {
  it('are told once each, without their values', () => {
    const said = [
      'postconf: warning: /etc/postfix/main.cf: unused parameter: bogus_password=x = y',
      'postconf: warning: /etc/postfix/main.cf: unused parameter: bogus_password=z',
      'postconf: warning: /tmp/a/conf/master.cf: unused parameter: bogus_opt=',
      'postconf: warning: /etc/postfix/main.cf: overriding earlier entry: myhostname=a',
    ];
    expect(unusedSettings(said)).toEqual([
      'main.cf: bogus_password is no parameter of this Postfix and has no effect.',
      'master.cf: bogus_opt is no parameter of this Postfix and has no effect.',
    ]);
  });
});
