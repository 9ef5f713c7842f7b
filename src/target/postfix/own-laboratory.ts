// What the laboratory adds to a configuration of the user's for the scenario's mail to be for this server
// at all: its domain, the mailboxes in it, and the way to the sink. Existing values are kept. Pure.
import { EXIT, UserError } from '../../errors.ts';
import type { Site } from '../target.ts';
import { longer, type Own, type Seen, value, words } from './own.ts';
import { placeOf } from './place.ts';
import type { Settings } from './tuning-settings.ts';

export interface Added {
  readonly main: Settings;
  /** For the report. */
  readonly notes: readonly string[];
}

export function laboratorySettings(site: Site, own: Own, seen: Seen): Added {
  const { expanded, takenBy } = own;
  const { host, port } = site.sink;
  // The one place that says where the scenario's mail goes.
  const route = `inline:{${site.domain}=smtp:[${host}]:${port}}`;
  const hasPrefix = words(expanded.maillog_file_prefixes).includes('/var');
  const recipients = recipientList(site, own, seen);
  const main: Settings = {
    maillog_file: seen.layout.log,
    ...(!hasPrefix && { maillog_file_prefixes: '/var' }),
    ...(takenBy === undefined && { relay_domains: longer(own, 'relay_domains', site.domain) }),
    ...(recipients.map !== undefined && {
      relay_recipient_maps: longer(own, 'relay_recipient_maps', recipients.map),
    }),
    // First, or a pattern of theirs may send it elsewhere.
    transport_maps: [route, value(own, 'transport_maps')].filter((part) => part !== '').join(', '),
  };
  const notes = [
    `maillog_file = ${seen.layout.log}`,
    ...Object.values(listeners(site, own)).map((list) => `inet_interfaces = all is ${list} here`),
    takenBy === undefined
      ? `relay_domains += ${site.domain}`
      : `${site.domain} is in its ${takenBy} already`,
    recipients.note,
    `transport_maps: mail for ${site.domain} goes to the laboratory's sink`,
  ];
  return { main, notes };
}

/** Not all of the laboratory's addresses are the server's: the mail server of all other domains has one. */
export function listeners(site: Site, { expanded }: Own): Settings {
  const { inet_interfaces: list = expanded.inet_interfaces } = site.tuning.postfix?.main ?? {};
  return words(list).includes('all')
    ? { inet_interfaces: `${placeOf(site).address}, 127.0.0.1` }
    : {};
}

/** Which recipients of the scenario's domain exist. */
function recipientList({ tuning, domain, recipients }: Site, own: Own, { tables }: Seen) {
  const { takenBy, expanded, stated } = own;
  const listless = expanded.relay_recipient_maps === '';
  if (takenBy !== undefined && takenBy !== 'relay_domains') {
    if (tuning.recipients === undefined)
      return { map: undefined, note: 'its own recipients stand' };
    throw new UserError(`recipients: this configuration has ${domain} in its ${takenBy}`, {
      exitCode: EXIT.usage,
      hint: 'The laboratory has a table for relay domains only: leave recipients out, or set world.domain to another.',
    });
  }
  if (tuning.recipients === 'catch-all') {
    return listless
      ? { map: undefined, note: 'no list of recipients' }
      : { map: `inline:{@${domain}=OK}`, note: `relay_recipient_maps += everybody at ${domain}` };
  }
  const openRelayDomains = listless && stated.has('relay_domains') && expanded.relay_domains !== '';
  if (tuning.recipients === undefined && openRelayDomains) {
    const note = 'no list of recipients, since this configuration has none for its relay domains';
    return { map: undefined, note };
  }
  const note = `relay_recipient_maps += ${tables.recipients} (${recipients.length} mailboxes)`;
  return { map: tables.recipients, note };
}
