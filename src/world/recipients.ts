// The table of valid recipients, in each of the forms that a mail server keeps it; made from the world's
// mailboxes, or the user's own. Addresses match in any case, and whole: there are no wildcards.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { nowMs } from '../clock.ts';
import { UserError } from '../errors.ts';
import type { RecipientTable } from '../tuning/tuning.ts';
import { writeCdb } from './cdb-writer.ts';
import { Directory } from './directory.ts';
import { cdbTable, openCdbTable } from './recipients/cdb-table.ts';
import { openLdapTable, readLdapQuestion } from './recipients/ldap-table.ts';
import { Failures, keys, type RecipientLookup } from './recipients/lookup.ts';
import { ownFile, unreadable } from './recipients/own-file.ts';
import { bindQuery } from './recipients/sqlite-query.ts';
import { makeSqliteTable, openSqliteTable } from './recipients/sqlite-table.ts';
import { makeTextTable, textLoader } from './recipients/text-table.ts';
import { type LoadTable, openWatched, type Table } from './recipients/watched-file.ts';

/** What `ldap` means where the tuning does not say: a small directory on the same network. */
const DIRECTORY_DEFAULTS = { waitMs: 8, connections: 4 } as const;
/** So many of the world's mailboxes are looked for in a table of the user's. */
const SAMPLE = 20;

const none = (): readonly string[] => [];
const nothing = (): void => undefined;

/** Why the embedded target cannot look into such a table; undefined when it can. */
export function tableRefusal(table: RecipientTable['table']): string | undefined {
  if (table !== 'hash' && table !== 'lmdb') return undefined;
  return `the embedded target reads no ${table} files, which need Postfix' libraries; use table: cdb, which costs a look-up as little${
    table === 'hash' ? ', or table: text with the file that postmap made it from' : ''
  }`;
}

/**
 * Looks at what a tuning names, as far as it can be told without asking it.
 * @throws UserError: 2 for a url or a query that means nothing, 3 for a file that is not there.
 */
export function examineRecipients(choice: RecipientTable | 'catch-all' | undefined): void {
  if (choice === undefined || choice === 'catch-all') return;
  if (choice.url !== undefined) readLdapQuestion(choice.url);
  if (choice.query !== undefined) bindQuery(choice.query);
  const path = pathOf(choice);
  if (path === undefined) return;
  try {
    if (statSync(path).isFile()) return;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw unreadable(path, new Error('it is no file'));
}

/**
 * @param addresses the world's mailboxes; where the table is the user's own, they are looked for in it
 * @throws UserError: 3 when a table cannot be written, read or asked, 4 for a directory elsewhere.
 */
export async function openRecipients(
  choice: RecipientTable | 'catch-all',
  addresses: readonly string[],
): Promise<RecipientLookup> {
  if (choice === 'catch-all') {
    return { has: () => true, describe: 'catch-all', warnings: none, close: nothing };
  }
  if (choice.url !== undefined) {
    const connections = choice.connections ?? DIRECTORY_DEFAULTS.connections;
    const probe = addresses[0] ?? 'postmaster@blowback.test';
    return withStrangers(await openLdapTable(choice.url, { connections }, probe), addresses);
  }
  const path = pathOf(choice);
  if (path === undefined) {
    const known = addresses.map((address) => address.toLowerCase());
    return ownTable(choice, known);
  }
  const load = loaderOf(choice);
  const watched = { path, kind: `${choice.table} file`, load, clock: nowMs };
  return withStrangers(await openWatched(watched), addresses);
}

function pathOf({ path, from = '.' }: RecipientTable): string | undefined {
  return path === undefined ? undefined : resolve(from, path);
}

async function ownTable(
  choice: RecipientTable,
  known: readonly string[],
): Promise<RecipientLookup> {
  switch (choice.table) {
    case 'memory':
      return fixed(inMemory(known), 'memory');
    case 'text':
      return fixed(await makeTextTable(known), 'text file read at the start');
    case 'cdb': {
      const file = await ownFile(writeCdb(known.map((key) => [key, 'OK'])));
      return fixed(await cdbTable(file, 'recipients.cdb'), 'cdb file');
    }
    case 'sqlite':
      return fixed(await makeSqliteTable(known), 'sqlite file');
    case 'ldap':
      return inDirectory(known, choice);
    case 'hash':
    case 'lmdb':
      throw notOurs(choice.table);
  }
}

function loaderOf({ table, query = '' }: RecipientTable): LoadTable {
  switch (table) {
    case 'text':
      return textLoader();
    case 'cdb':
      return openCdbTable;
    case 'sqlite':
      return (path) => openSqliteTable(path, query);
    default:
      throw notOurs(table);
  }
}

/** The schema and the target's refusals keep such choices away. */
function notOurs(table: string): TypeError {
  return new TypeError(`the embedded target was given the table ${table}`);
}

function inMemory(known: readonly string[]): Table {
  const set = new Set(known);
  return { has: (address) => set.has(address), extent: keys(set.size), close: nothing };
}

/** A table that nobody replaces. */
function fixed(table: Table, kind: string): RecipientLookup {
  const failures = new Failures();
  return {
    has: (address) => {
      try {
        return table.has(address.toLowerCase());
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        throw failures.note(error);
      }
    },
    describe: `${kind}, ${table.extent}`,
    warnings: () => failures.warnings(kind),
    close: () => table.close(),
  };
}

function inDirectory(known: readonly string[], choice: RecipientTable): RecipientLookup {
  const waitMs = choice.waitMs ?? DIRECTORY_DEFAULTS.waitMs;
  const connections = choice.connections ?? DIRECTORY_DEFAULTS.connections;
  const directory = new Directory(known, { waitMs, connections });
  return {
    has: (address) => directory.has(address),
    describe: `ldap (simulated), ${waitMs} ms a look-up, ${connections} connections, ${keys(known.length)}`,
    warnings: none,
    close: nothing,
  };
}

/** Legitimate mail goes to the world's mailboxes: a table without them refuses what the run measures. */
async function withStrangers(
  lookup: RecipientLookup,
  addresses: readonly string[],
): Promise<RecipientLookup> {
  const asked = addresses.slice(0, SAMPLE);
  const strangers: string[] = [];
  for (const address of asked) {
    if (!(await lookup.has(address))) strangers.push(address);
  }
  if (strangers.length === 0) return lookup;
  const warning = `${strangers.length} of ${asked.length} of the world's mailboxes that were looked up are not in the recipient table, ${strangers[0]} for one: their mail is refused`;
  return {
    has: (address) => lookup.has(address),
    describe: lookup.describe,
    warnings: () => [warning, ...lookup.warnings()],
    close: () => lookup.close(),
  };
}
