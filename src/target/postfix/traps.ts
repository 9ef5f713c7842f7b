// Settings of a Postfix that would spoil a measurement without anybody noticing: clients that are
// trusted skip the defences, a listener on loopback never enters stress mode. Pure.
import type { ClientChoice } from '../../scenario/scenario.ts';
import { overlaps, parseNetwork } from './networks.ts';

export interface Trap {
  readonly code: string;
  /** A sentence with the setting's name and value. */
  readonly text: string;
  readonly hint: string;
}

/** What is looked at; `settings` with defaults filled in and references resolved (`postconf -x`). */
export interface Examined {
  readonly settings: ReadonlyMap<string, string>;
  /** As `postconf -M` has them: name, type, private, unprivileged, chroot, wake-up, limit, command. */
  readonly services: readonly string[];
  /** Networks that the simulated clients come from. */
  readonly clients: readonly string[];
  readonly client: ClientChoice;
}

/** Settings that the traps are found by. */
export const EXAMINED = [
  'inet_interfaces',
  'mynetworks',
  'default_process_limit',
  'smtpd_client_event_limit_exceptions',
  'smtpd_client_connection_count_limit',
  'smtpd_client_connection_rate_limit',
  'smtpd_authorized_xclient_hosts',
  'smtpd_upstream_proxy_protocol',
  'postscreen_access_list',
  'postscreen_upstream_proxy_protocol',
] as const;

export function findTraps(examined: Examined): Trap[] {
  return [
    ...onLoopback(examined),
    ...oneProcess(examined),
    ...trusted(examined),
    ...unlimited(examined),
    ...unheard(examined),
  ];
}

/** Postfix' own words for it: STRESS_README, "Detecting overload". */
function onLoopback({ settings }: Examined): Trap[] {
  const value = settings.get('inet_interfaces') ?? '';
  const names = words(value);
  const isLoopback = (name: string) => /^(loopback-only|localhost|127\.|\[?::1\]?$)/.test(name);
  if (names.length === 0 || !names.every(isLoopback)) return [];
  return [
    {
      code: 'loopback-no-stress',
      text: `inet_interfaces = ${value}: a Postfix that listens on loopback only never enters stress mode.`,
      hint: 'Set inet_interfaces = all in the laboratory (postfix: {inet_interfaces: all}), or stress: on.',
    },
  ];
}

function oneProcess({ services, settings }: Examined): Trap[] {
  const smtpd = services.map(columns).find(({ command }) => /^smtpd\b/.test(command));
  if (!smtpd) return [];
  const limit = smtpd.limit === '-' ? settings.get('default_process_limit') : smtpd.limit;
  if (limit !== '1') return [];
  return [
    {
      code: 'one-process',
      text: `${smtpd.name}/${smtpd.type} has a limit of one process: with it Postfix never enters stress mode.`,
      hint: 'Raise it (workers), or set stress: on.',
    },
  ];
}

function trusted({ settings, services, clients }: Examined): Trap[] {
  const network = covering(settings.get('mynetworks'), clients);
  if (network === undefined) return [];
  const list = words(settings.get('postscreen_access_list') ?? '');
  const postscreen = hasPostscreen(services) && list.includes('permit_mynetworks');
  return [
    {
      code: 'trusted-clients',
      text: `mynetworks has ${network}, which covers the simulated clients: they may relay${postscreen ? ', pass postscreen' : ''} and meet no limit of the server's.`,
      hint: 'Leave that network out for the test: postfix: {mynetworks: 127.0.0.0/8}.',
    },
  ];
}

/** anvil counts whom these exceptions do not cover. */
function unlimited({ settings, clients }: Examined): Trap[] {
  const limits = ['smtpd_client_connection_count_limit', 'smtpd_client_connection_rate_limit'];
  if (limits.every((name) => (settings.get(name) ?? '0') === '0')) return [];
  const exceptions = settings.get('smtpd_client_event_limit_exceptions');
  // Said already, where the exceptions are the trusted networks themselves.
  if (exceptions === settings.get('mynetworks')) return [];
  const network = covering(exceptions, clients);
  if (network === undefined) return [];
  return [
    {
      code: 'limit-exceptions',
      text: `smtpd_client_event_limit_exceptions has ${network}, which covers the simulated clients: the limits per client are never applied.`,
      hint: 'Set smtpd_client_event_limit_exceptions to what the real server excepts.',
    },
  ];
}

/** Whether the server will believe the addresses that it is told. */
function unheard({ settings, client, clients, services }: Examined): Trap[] {
  if (client === 'address') return [];
  if (client === 'xclient') {
    const hosts = settings.get('smtpd_authorized_xclient_hosts');
    if (clients.every((network) => covering(hosts, [network]) !== undefined)) return [];
    return [
      {
        code: 'xclient-refused',
        text: `client: xclient, and smtpd_authorized_xclient_hosts (${hosts || 'empty'}) does not cover the simulated clients: Postfix will refuse XCLIENT.`,
        hint: `Set smtpd_authorized_xclient_hosts = ${clients.join(', ')}.`,
      },
    ];
  }
  const name = `${hasPostscreen(services) ? 'postscreen' : 'smtpd'}_upstream_proxy_protocol`;
  if (settings.get(name) === 'haproxy') return [];
  return [
    {
      code: 'proxy-refused',
      text: `client: ${client}, and ${name} is ${settings.get(name) || 'empty'}: Postfix will take the PROXY header for a mistake.`,
      hint: `Set ${name} = haproxy.`,
    },
  ];
}

function hasPostscreen(services: readonly string[]): boolean {
  return services.some((line) => /^postscreen\b/.test(columns(line).command));
}

/** The first entry that has one of the clients' networks in it, at least in part; tables cannot be told. */
function covering(list: string | undefined, clients: readonly string[]): string | undefined {
  return words(list ?? '').find((entry) => {
    const network = parseNetwork(entry);
    return network && clients.some((client) => overlaps(network, parseNetwork(client)));
  });
}

function words(value: string): string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '');
}

interface Columns {
  readonly name: string;
  readonly type: string;
  readonly limit: string;
  readonly command: string;
}

function columns(line: string): Columns {
  const [name = '', type = '', , , , , limit = '', ...command] = line.trim().split(/\s+/);
  return { name, type, limit, command: command.join(' ') };
}
