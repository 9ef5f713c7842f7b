// The tables that Postfix reads: the valid recipients in the tuning's format, and the rules for the
// victim and for senders. `memory` and `text` are both texthash: a file that every smtpd reads into its
// memory once.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, UserError } from '../../errors.ts';
import type { Tuning, VictimRule } from '../../tuning/tuning.ts';
import { type Program, programPath } from '../../world/programs.ts';
import { NO_NULL } from '../sender-rule.ts';
import type { Site } from '../target.ts';
import type { Additions } from './companions/companion.ts';
import type { Tables } from './tuning-settings.ts';

const POSTMAP: Program = { name: 'postmap', debianPackage: 'postfix' };
export const SQLITE: Program = { name: 'sqlite3', debianPackage: 'sqlite3' };

type TableType = 'texthash' | 'hash' | 'cdb' | 'lmdb' | 'sqlite';

/** Undefined: no file of ours; every recipient is accepted, or a directory knows them (companions/slapd.ts). */
export function tableType(recipients: Tuning['recipients']): TableType | undefined {
  const table = recipients === 'catch-all' ? undefined : (recipients?.table ?? 'memory');
  switch (table) {
    case 'hash':
    case 'cdb':
    case 'lmdb':
    case 'sqlite':
      return table;
    case 'memory':
    case 'text':
      return 'texthash';
    default:
      return undefined;
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
export function writeTables(site: Site, conf: string, { recipients: given }: Additions): Tables {
  const { recipients, victimRule, senderRule } = site.tuning;
  const type = tableType(recipients);
  const file = join(conf, 'recipients');
  if (type === 'sqlite') {
    writeFileSync(file, sqliteTable(databaseOf(file)));
    writeFileSync(scriptOf(file), sqliteScript(site.recipients));
  } else if (type !== undefined) writeFileSync(file, recipientLines(site.recipients));
  const rule = join(conf, 'victim');
  const hasRule = victimRule !== undefined && victimRule !== 'off';
  if (hasRule) writeFileSync(rule, victimLine(site.victim, victimRule));
  const senders = join(conf, 'senders');
  if (senderRule === 'no-null') writeFileSync(senders, NO_NULL_LINE);
  return {
    ...(hasRule && { victimRule: `texthash:${rule}` }),
    ...(senderRule === 'no-null' && { senderRule: `texthash:${senders}` }),
    ...(type !== undefined && { recipients: `${type}:${file}` }),
    ...(given !== undefined && { recipients: given }),
  };
}

const databaseOf = (table: string): string => `${table}.sqlite`;
const scriptOf = (table: string): string => `${table}.sql`;

/** sqlite_table(5). */
function sqliteTable(database: string): string {
  return `dbpath = ${database}\nquery = SELECT address FROM mailboxes WHERE address = '%s'\n`;
}

/** One transaction; WITHOUT ROWID makes the key the table itself. */
export function sqliteScript(recipients: readonly string[]): string {
  const lines = recipients.map((address) => {
    const text = address.toLowerCase().replaceAll("'", "''");
    return `INSERT OR IGNORE INTO mailboxes VALUES ('${text}');\n`;
  });
  return `PRAGMA journal_mode = off;
PRAGMA synchronous = off;
BEGIN;
CREATE TABLE mailboxes (address TEXT PRIMARY KEY) WITHOUT ROWID;
${lines.join('')}COMMIT;
`;
}

/** Compiles what must be, by Postfix' own program, which needs a main.cf to be there, or by SQLite's. */
export async function compileTables({ recipients }: Tables, conf: string): Promise<void> {
  const [type, file = ''] = recipients?.split(':') ?? [];
  switch (type) {
    case 'hash':
    case 'cdb':
    case 'lmdb':
      return compile(POSTMAP, ['-c', conf, `${type}:${file}`]);
    case 'sqlite':
      return compile(SQLITE, ['-bail', databaseOf(file), `.read ${scriptOf(file)}`]);
    default:
  }
}

async function compile(program: Program, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(programPath(program), args);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const said = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    throw new UserError(`${program.name} failed: ${said}`, {
      exitCode: EXIT.environment,
      hint: 'This Postfix may be built without such tables: use recipients: {table: text}.',
      cause,
    });
  }
}
