// A tuning and its site as main.cf settings. Pure: what it names is made elsewhere. Client limits and
// reverse look-ups are no tunings yet: the former are off, and there is no name server to ask.
import { LABORATORY } from '../../guard/guard.ts';
import type { ClientChoice } from '../../scenario/scenario.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import type { Site } from '../target.ts';
import type { Layout } from './layout.ts';

/** Ports of the servers that Postfix asks, where the tuning needs them (companions.ts). */
export interface CompanionPorts {
  readonly policy?: number;
  readonly directory?: number;
}

/** Table references for Postfix, `type:path`; absent where the tuning needs none (maps.ts). */
export interface Tables {
  readonly recipients?: string;
  readonly victimRule?: string;
  readonly senderRule?: string;
}

export type Settings = Readonly<Record<string, string>>;

/** Postfix' own default, and so the default of `workers` and `acceptQueue`. */
export const DEFAULT_PROCESSES = 100;

/** Settings that place the instance inside the laboratory and let us read its log: not for raw passages. */
export const RESERVED = [
  'queue_directory',
  'data_directory',
  'maillog_file',
  'maillog_file_prefixes',
  'config_directory',
  'inet_interfaces',
  'import_environment',
  'process_id_directory',
  'syslog_name',
] as const;

export function mainCf(
  site: Site,
  layout: Layout,
  tables: Tables,
  ports: CompanionPorts,
): Settings {
  const { tuning } = site;
  return {
    compatibility_level: '3.6',
    ...placement(layout),
    ...routing(site),
    ...errorLimits(tuning.errorLimit),
    ...clientAddresses(site.client),
    ...(tuning.tls === 'may' && offerTls(layout)),
    // The listen backlog is the larger of this and smtpd's own limit in master.cf.
    default_process_limit: String(tuning.acceptQueue ?? DEFAULT_PROCESSES),
    relay_recipient_maps: tables.recipients ?? '',
    ...senderChecks(tuning.senderRule, tables),
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: recipientChecks(tuning, tables, ports).join(', '),
    // It stands among the checks above, where checkOrder wants it.
    smtpd_reject_unlisted_recipient: 'no',
    ...tuning.postfix,
  };
}

function placement(layout: Layout): Settings {
  return {
    queue_directory: layout.spool,
    data_directory: layout.data,
    maillog_file: layout.log,
    maillog_file_prefixes: layout.directory,
    inet_interfaces: LABORATORY.target,
    inet_protocols: 'ipv4',
    // Nobody is trusted: clients in mynetworks would skip the defences.
    mynetworks: '',
    smtpd_client_connection_count_limit: '0',
    smtpd_peername_lookup: 'no',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
  };
}

export function hostName({ domain }: Site): string {
  return `mx.${domain}`;
}

/** Everything that leaves goes to the sink, bounces included: it is caught there and counted. */
function routing(site: Site): Settings {
  const sink = `smtp:[${site.sink.host}]:${site.sink.port}`;
  return {
    myhostname: hostName(site),
    mydestination: '',
    alias_maps: '',
    alias_database: '',
    notify_classes: '',
    relay_domains: site.domain,
    relay_transport: sink,
    default_transport: sink,
    local_transport: sink,
    virtual_transport: sink,
  };
}

/**
 * A limit below the soft limit (10) never meets its delays; `off` must switch those off as well.
 * Without a setting Postfix' own default stays, which depends on stress.
 */
function errorLimits(limit: Tuning['errorLimit']): Settings {
  if (limit === undefined) return {};
  if (limit !== 'off') return { smtpd_hard_error_limit: String(limit) };
  return { smtpd_hard_error_limit: '1000000', smtpd_soft_error_limit: '1000000' };
}

/** The sender is judged at RCPT (smtpd_delay_reject), before relaying and recipient are. */
function senderChecks(rule: Tuning['senderRule'], { senderRule }: Tables): Settings {
  if (rule === 'fqdn') return { smtpd_sender_restrictions: 'reject_non_fqdn_sender' };
  return senderRule ? { smtpd_sender_restrictions: `check_sender_access ${senderRule}` } : {};
}

/** Every address in the laboratory is one of ours. */
function clientAddresses(client: ClientChoice): Settings {
  switch (client) {
    case 'address':
      return {};
    case 'xclient':
      return { smtpd_authorized_xclient_hosts: `${LABORATORY.clients}, ${LABORATORY.target}` };
    default:
      // Takes both versions of the header.
      return { smtpd_upstream_proxy_protocol: 'haproxy' };
  }
}

/** Resumption is by tickets, which tlsmgr has the keys for; Postfix advises against a cache beside them. */
function offerTls({ certificate, key }: Layout): Settings {
  return {
    smtpd_tls_security_level: 'may',
    smtpd_tls_cert_file: certificate,
    smtpd_tls_key_file: key,
    smtpd_tls_loglevel: '0',
    smtpd_tls_session_cache_database: '',
  };
}

/** Postfix' default is to look the recipient up last. */
function recipientChecks(tuning: Tuning, tables: Tables, ports: CompanionPorts): string[] {
  const victim = tables.victimRule ? [`check_recipient_access ${tables.victimRule}`] : [];
  const greylist = ports.policy ? [`check_policy_service inet:127.0.0.1:${ports.policy}`] : [];
  const recipient = 'reject_unlisted_recipient';
  return tuning.checkOrder === 'recipient-first'
    ? [...victim, recipient, ...greylist]
    : [...victim, ...greylist, recipient];
}

/** The file's text. A value stays on its line: a line break in it would start a new setting. */
export function renderMainCf(settings: Settings): string {
  const lines = Object.entries(settings).map(([key, value]) =>
    `${key} = ${value.replaceAll(/\s*\n\s*/g, ' ')}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
