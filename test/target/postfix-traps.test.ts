// What of a Postfix' configuration would spoil a measurement.
import { describe, expect, it } from 'vitest';
import { overlaps, parseNetwork } from '../../src/target/postfix/networks.ts';
import { isStressed, settingOf } from '../../src/target/postfix/own-server.ts';
import { type Examined, findTraps } from '../../src/target/postfix/traps.ts';

const SMTPD = 'smtp inet n - y - - smtpd';
const POSTSCREEN = 'smtp inet n - y - 1 postscreen';

function trapsOf(
  settings: Readonly<Record<string, string>>,
  more: Partial<Omit<Examined, 'settings'>> = {},
): string[] {
  return findTraps({
    settings: new Map(
      Object.entries({ inet_interfaces: 'all', default_process_limit: '100', ...settings }),
    ),
    services: [SMTPD],
    clients: ['10.128.0.0/9'],
    client: 'address',
    ...more,
  }).map(({ code }) => code);
}

describe('a trap', () => {
  it.each([
    ['none in an ordinary configuration', { mynetworks: '127.0.0.0/8 [::1]/128' }, []],
    ['a listener on loopback', { inet_interfaces: 'loopback-only' }, ['loopback-no-stress']],
    ['loopback by address', { inet_interfaces: '127.0.0.1, ::1' }, ['loopback-no-stress']],
    ['not loopback alone', { inet_interfaces: '127.0.0.1, 10.77.0.1' }, []],
    ['trusted clients', { mynetworks: '127.0.0.0/8, 10.0.0.0/8' }, ['trusted-clients']],
    ['one trusted network of theirs', { mynetworks: '10.200.3.0/24' }, ['trusted-clients']],
    ['other private networks', { mynetworks: '192.168.0.0/16 172.16.0.0/12 10.1.0.0/16' }, []],
    ['a table tells nothing', { mynetworks: 'cidr:/etc/postfix/mynetworks' }, []],
    [
      'limits with exceptions',
      {
        smtpd_client_connection_count_limit: '50',
        smtpd_client_event_limit_exceptions: '10.0.0.0/8',
      },
      ['limit-exceptions'],
    ],
    [
      'exceptions from no limit',
      {
        smtpd_client_connection_count_limit: '0',
        smtpd_client_event_limit_exceptions: '10.0.0.0/8',
      },
      [],
    ],
    [
      'trusted clients are excepted as such',
      {
        mynetworks: '10.0.0.0/8',
        smtpd_client_connection_count_limit: '50',
        smtpd_client_event_limit_exceptions: '10.0.0.0/8',
      },
      ['trusted-clients'],
    ],
  ] as const)('%s', (_what, settings, codes) => {
    expect(trapsOf(settings)).toEqual(codes);
  });

  it('lies in a single process, by its own limit or by the default', () => {
    expect(trapsOf({}, { services: ['smtp inet n - y - 1 smtpd'] })).toEqual(['one-process']);
    expect(trapsOf({ default_process_limit: '1' })).toEqual(['one-process']);
    expect(trapsOf({ default_process_limit: '1' }, { services: [POSTSCREEN] })).toEqual([]);
  });

  it('lies where addresses are told to a server that does not believe them', () => {
    const refused = ['xclient-refused'];
    expect(trapsOf({}, { client: 'xclient' })).toEqual(refused);
    const some = { smtpd_authorized_xclient_hosts: '127.0.0.1' };
    expect(trapsOf(some, { client: 'xclient' })).toEqual(refused);
    const all = { smtpd_authorized_xclient_hosts: '127.0.0.1 10.128.0.0/9' };
    expect(trapsOf(all, { client: 'xclient' })).toEqual([]);
    const proxy = { smtpd_upstream_proxy_protocol: 'haproxy' };
    expect(trapsOf({}, { client: 'proxy-v1' })).toEqual(['proxy-refused']);
    expect(trapsOf(proxy, { client: 'proxy-v1' })).toEqual([]);
    const screened = { client: 'proxy-v2', services: [POSTSCREEN] } as const;
    expect(trapsOf(proxy, screened)).toEqual(['proxy-refused']);
  });
});

describe('networks', () => {
  it.each([
    ['10.0.0.0/8', '10.128.0.0/9', true],
    ['10.128.0.0/9', '10.0.0.0/8', true],
    ['10.0.0.0/9', '10.128.0.0/9', false],
    ['0.0.0.0/0', '10.128.0.0/9', true],
    ['10.128.0.1', '10.128.0.0/9', true],
    ['255.255.255.255', '255.0.0.0/8', true],
    ['127.0.0.0/8', '10.128.0.0/9', false],
  ])('%s and %s', (one, other, meet) => {
    const [a, b] = [parseNetwork(one), parseNetwork(other)];
    expect(a && overlaps(a, b)).toBe(meet);
  });

  it.each(['mail.test', '!10.0.0.0/8', 'hash:/etc/x', '::1', '10.0.0.0/33', '1.2.3.256'])(
    '%s is no network that can be told',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});

describe('the own server', () => {
  it.each([
    ['smtpd\0-n\0smtp\0-t\0inet\0-o\0stress=yes\0', true],
    ['/usr/lib/postfix/sbin/smtpd\0-o\0stress=yes', true],
    ['smtpd\0-o\0stress=\0', false],
    ['grep\0smtpd\0stress=yes\0', false],
    ['', false],
  ])('%j', (command, stressed) => {
    expect(isStressed(command)).toBe(stressed);
  });

  it('reads a setting with an equals sign in its value', () => {
    expect(settingOf('a = b=c')).toEqual(['a', 'b=c']);
    expect(settingOf('mynetworks =')).toEqual(['mynetworks', '']);
  });
});
