// The tables that Postfix reads: the valid recipients in the tuning's format, and the rules for the
// victim and for senders. `memory` and `text` are both texthash: a file that every smtpd reads into its
// memory once.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, UserError } from '../../errors.ts';
import type { Tuning, VictimRule } from '../../tuning/tuning.ts';
import { programPath } from '../../world/programs.ts';
import { NO_NULL } from '../sender-rule.ts';
import type { Site } from '../target.ts';
import type { Tables } from './tuning-settings.ts';

const POSTMAP = { name: 'postmap', debianPackage: 'postfix' } as const;

type TableType = 'texthash' | 'hash' | 'cdb' | 'lmdb' | 'sqlite' | 'socketmap';

/** Undefined: no list, every recipient is accepted. */
export function tableType(recipients: Tuning['recipients']): TableType | undefined {
  if (recipients === 'catch-all') return undefined;
  const table = recipients?.table ?? 'memory';
  switch (table) {
    case 'hash':
    case 'cdb':
    case 'lmdb':
    case 'sqlite':
      return table;
    case 'ldap':
      return 'socketmap';
    default:
      return 'texthash';
  }
}

/** The table's source text; the key stands first on its line. */
export function recipientLines(recipients: readonly string[]): string {
  return recipients.map((address) => `${address.toLowerCase()} OK\n`).join('');
}

/** 421 and 521 make Postfix hang up after its reply, access(5); the text stays on one line. */
export function victimLine(victim: string, rule: VictimRule): string {
  const text = rule.text.replaceAll(/\s+/g, ' ').trim();
  return `${victim.toLowerCase()} ${rule.reply} ${Math.floor(rule.reply / 100)}.7.1 ${text}\n`;
}

/** The key is smtpd_null_access_lookup_key's default. */
const NO_NULL_LINE = `<> ${NO_NULL.code} ${NO_NULL.enhanced} ${NO_NULL.text}\n`;

/** Writes the files; the caller makes them look older before Postfix reads them. */
export function writeTables(site: Site, conf: string, directoryPort: number | undefined): Tables {
  const { recipients, victimRule, senderRule } = site.tuning;
  const type = tableType(recipients);
  const file = join(conf, 'recipients');
  if (type !== undefined) writeFileSync(file, recipientLines(site.recipients));
  const rule = join(conf, 'victim');
  const hasRule = victimRule !== undefined && victimRule !== 'off';
  if (hasRule) writeFileSync(rule, victimLine(site.victim, victimRule));
  const senders = join(conf, 'senders');
  if (senderRule === 'no-null') writeFileSync(senders, NO_NULL_LINE);
  return {
    ...(hasRule && { victimRule: `texthash:${rule}` }),
    ...(senderRule === 'no-null' && { senderRule: `texthash:${senders}` }),
    ...(type !== undefined && {
      recipients:
        type === 'socketmap'
          ? `socketmap:inet:127.0.0.1:${directoryPort}:recipients`
          : `${type}:${file}`,
    }),
  };
}

/** Compiles hash and cdb tables with Postfix' own program, which needs a main.cf to be there. */
export async function compileTables(tables: Tables, conf: string): Promise<void> {
  const table = tables.recipients;
  if (table === undefined || !/^(hash|cdb):/.test(table)) return;
  try {
    await promisify(execFile)(programPath(POSTMAP), ['-c', conf, table]);
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    throw new UserError(`postmap failed: ${said}`, {
      exitCode: EXIT.environment,
      hint: table.startsWith('cdb:')
        ? 'Postfix needs its cdb tables: sudo apt-get install postfix-cdb'
        : 'This Postfix may be built without hash tables: use recipients: {table: cdb}.',
      cause,
    });
  }
}
