// The portable tuning as main.cf settings, whatever configuration lies beneath. Pure: what it names is
// made elsewhere (maps.ts, companions/).
import { LABORATORY } from '../../guard/guard.ts';
import type { ClientChoice } from '../../scenario/scenario.ts';
import type { ClientLimits, Tuning } from '../../tuning/tuning.ts';
import type { Site } from '../target.ts';
import { botFilterOf, botFilterSettings } from './bot-filter.ts';
import type { Additions } from './companions/companion.ts';
import type { Layout } from './layout.ts';
import { placeOf } from './place.ts';

/** Table references for Postfix, `type:path`; absent where the tuning needs none (maps.ts). */
export interface Tables {
  readonly recipients?: string;
  readonly victimRule?: string;
  readonly senderRule?: string;
}

export type Settings = Readonly<Record<string, string>>;

/** Postfix' own default, and so the default of `workers` and `acceptQueue`. */
export const DEFAULT_PROCESSES = 100;

export function tuningSettings(
  site: Site,
  layout: Layout,
  tables: Tables,
  added: Additions,
): Settings {
  const { tuning } = site;
  const senders = senderChecks(tuning.senderRule, tables);
  return {
    ...clientLimits('off'),
    ...statedSettings(site, layout),
    // The listen backlog is the larger of this and smtpd's own limit in master.cf.
    default_process_limit: String(tuning.acceptQueue ?? DEFAULT_PROCESSES),
    relay_recipient_maps: tables.recipients ?? '',
    ...(senders.length > 0 && { smtpd_sender_restrictions: senders.join(', ') }),
    smtpd_recipient_restrictions: ownChecks(site, tables, added).join(', '),
    ...added.main,
  };
}

/** What the tuning and the choice of client state by themselves, whatever else is configured. */
export function statedSettings({ tuning, client }: Site, layout: Layout): Settings {
  const { errorLimit, clientLimits: limits, reverseLookup, checkOrder, tls } = tuning;
  const botFilter = botFilterOf(tuning);
  return {
    ...errorLimits(errorLimit),
    ...clientAddresses(client),
    ...(botFilter && botFilterSettings(botFilter, client, tuning.acceptQueue)),
    ...(limits !== undefined && clientLimits(limits)),
    // Behind all restrictions, a greylist's deferral included: Postfix' own order.
    ...(checkOrder === 'recipient-last' && { smtpd_reject_unlisted_recipient: 'yes' }),
    ...(reverseLookup && { smtpd_peername_lookup: reverseLookup === 'on' ? 'yes' : 'no' }),
    ...(tls === 'may' && offerTls(layout)),
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
export function senderChecks(rule: Tuning['senderRule'], { senderRule }: Tables): string[] {
  if (rule === 'fqdn') return ['reject_non_fqdn_sender'];
  return senderRule ? [`check_sender_access ${senderRule}`] : [];
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

/** anvil counts only what it is asked to limit; without a limit our few addresses are not to meet Postfix' own (50). */
function clientLimits(limits: 'off' | ClientLimits | undefined): Settings {
  const { concurrent = 0, perMinute = 0 } = limits === 'off' ? {} : (limits ?? {});
  return {
    smtpd_client_connection_count_limit: String(concurrent),
    smtpd_client_connection_rate_limit: String(perMinute),
  };
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

const UNLISTED = 'reject_unlisted_recipient';
/** A question to the next server about each new address (ADDRESS_VERIFICATION_README). */
const UNVERIFIED = 'reject_unverified_recipient';

function ownChecks(site: Site, tables: Tables, added: Additions): string[] {
  const { checkOrder } = site.tuning;
  const checks = recipientChecks([], checkOrder, tables, added);
  if (!placeOf(site).asksNext) return checks;
  if (checkOrder !== 'recipient-first') return [...checks, UNVERIFIED];
  return checks.map((check) => (check === UNLISTED ? UNVERIFIED : check));
}

/**
 * The checks at RCPT: the victim's rule first, those of companions behind all others. The look-up of the
 * recipient comes first where checkOrder says so; last means behind this list, where Postfix looks by itself:
 * what defers within it (a greylist's DEFER_IF_PERMIT) would give way to a refusal within it.
 * @param existing those of the configuration beneath
 */
export function recipientChecks(
  existing: readonly string[],
  checkOrder: Tuning['checkOrder'],
  tables: Tables,
  { checks = [] }: Additions,
): string[] {
  const rest = checkOrder ? existing.filter((check) => check !== UNLISTED) : [...existing];
  // What stands behind these is never asked.
  const end = /^(permit|reject|defer)$/.test(rest.at(-1) ?? '') ? rest.splice(-1) : [];
  return [
    ...(tables.victimRule ? [`check_recipient_access ${tables.victimRule}`] : []),
    ...(checkOrder === 'recipient-first' ? [UNLISTED] : []),
    ...rest,
    ...checks,
    ...end,
  ];
}
