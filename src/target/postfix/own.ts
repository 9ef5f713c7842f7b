// A configuration of the user's, as far as it must be known before it is changed. Pure.
import type { Additions } from './companions/companion.ts';
import type { Layout } from './layout.ts';
import type { Entrance, Service } from './services.ts';
import type { Tables } from './tuning-settings.ts';

/** The settings that are asked for beforehand. */
export const ASKED = [
  'mydestination',
  'relay_domains',
  'virtual_alias_domains',
  'virtual_mailbox_domains',
  'relay_recipient_maps',
  'transport_maps',
  'smtpd_recipient_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_authorized_xclient_hosts',
  'default_process_limit',
  'inet_interfaces',
  'inet_protocols',
  'maillog_file_prefixes',
  'queue_directory',
  'data_directory',
  'daemon_directory',
] as const;
export type Asked = (typeof ASKED)[number];

export interface Own {
  /** As they stand, and with their macros expanded. */
  readonly plain: Readonly<Record<Asked, string>>;
  readonly expanded: Readonly<Record<Asked, string>>;
  /** Names that main.cf states. */
  readonly stated: ReadonlySet<string>;
  readonly services: readonly Service[];
  readonly entrance: Entrance;
  /** The setting whose list already has the scenario's domain. */
  readonly takenBy: Asked | undefined;
}

/** Where Postfix finds the parts, in its own view of the files. */
export interface Seen {
  readonly layout: Layout;
  readonly tables: Tables;
  readonly added: Additions;
}

/** The text of a setting where it is stated, else what its default comes to. */
export function value({ plain, expanded, stated }: Own, name: Asked): string {
  return stated.has(name) ? plain[name] : expanded[name];
}

export function longer(own: Own, name: Asked, item: string): string {
  const existing = value(own, name);
  return existing === '' ? item : `${existing}, ${item}`;
}

/** A list's words; what stands in braces is one. */
export function words(list: string): string[] {
  return list.match(/[^\s,{]*\{(?:[^{}]|\{[^{}]*\})*\}|[^\s,]+/g) ?? [];
}
