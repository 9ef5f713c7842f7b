// The whole main.cf of our own minimal configuration. Pure: what it names is made elsewhere.
import type { Site } from '../target.ts';
import type { Additions } from './companions/companion.ts';
import type { Layout } from './layout.ts';
import { type Place, placeOf } from './place.ts';
import { type Settings, type Tables, tuningSettings } from './tuning-settings.ts';

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

export function mainCf(site: Site, layout: Layout, tables: Tables, added: Additions): Settings {
  const { tuning } = site;
  return {
    compatibility_level: '3.6',
    ...placement(layout, placeOf(site)),
    ...routing(site),
    smtpd_relay_restrictions: 'reject_unauth_destination',
    ...tuningSettings(site, layout, tables, added),
    ...placeOf(site).main,
    ...tuning.postfix?.main,
  };
}

function placement(layout: Layout, { address }: Place): Settings {
  return {
    queue_directory: layout.spool,
    data_directory: layout.data,
    maillog_file: layout.log,
    maillog_file_prefixes: layout.directory,
    inet_interfaces: address,
    inet_protocols: 'ipv4',
    // Nobody is trusted: clients in mynetworks would skip the defences.
    mynetworks: '',
  };
}

export function hostName(site: Site): string {
  return `${placeOf(site).label}.${site.domain}`;
}

/**
 * What was accepted goes to the sink. So does all that leaves for other domains, bounces included: their MX
 * records, which are looked up as ever, lead there.
 */
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
    local_transport: sink,
    virtual_transport: sink,
  };
}

/** The file's text. A value stays on its line: a line break in it would start a new setting. */
export function renderMainCf(settings: Settings): string {
  const lines = Object.entries(settings).map(([key, value]) =>
    `${key} = ${value.replaceAll(/\s*\n\s*/g, ' ')}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
