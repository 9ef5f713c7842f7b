// Recipients in an SQLite database: the user's, or one that is made from the world's mailboxes.
//
// A look-up takes 7 µs, where the library's own way takes 240: before each statement it makes a folder
// `<file>.lock` and removes it afterwards, which no other SQLite takes notice of, and which stays when the
// program is killed. So we look into a copy of our own, locked once and for good (a million look-ups in a
// table of 100,000 addresses, 2.6 MB, half of them absent; one core of a 2-core virtual machine).
import { chmodSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from 'node-sqlite3-wasm';
import { EXIT, UserError } from '../../errors.ts';
import { keys } from './lookup.ts';
import { inOwnFolder, unreadable } from './own-file.ts';
import { type BoundQuery, bindQuery } from './sqlite-query.ts';
import type { Table } from './watched-file.ts';

/** A database up to this size is checked whole when it is opened. */
const CHECKED_BYTES = 64 * 1024 * 1024;
const CACHE_KIB = 65_536;

/** @throws UserError: 3 when the database cannot be read, 2 when it cannot be asked this. */
export function openSqliteTable(path: string, query: string): Promise<Table> {
  const bound = bindQuery(query);
  return inOwnFolder(async (folder) => {
    const copy = join(folder, 'recipients.sqlite');
    await copyDatabase(path, copy);
    const { size } = statSync(copy);
    return openTable(copy, { name: path, bound, extent: `a copy of ${kilobytes(size)}` });
  });
}

/** @throws UserError (3) when there is no room for it. */
export function makeSqliteTable(addresses: readonly string[]): Promise<Table> {
  return inOwnFolder(async (folder) => {
    const path = join(folder, 'recipients.sqlite');
    const { Database } = await library();
    const db = new Database(path);
    try {
      db.exec(`PRAGMA locking_mode = exclusive; PRAGMA journal_mode = off; PRAGMA synchronous = off;
        CREATE TABLE mailboxes (address TEXT PRIMARY KEY) WITHOUT ROWID; BEGIN`);
      const insert = db.prepare('INSERT OR IGNORE INTO mailboxes VALUES (?)');
      for (const address of addresses) insert.run([address]);
      insert.finalize();
      db.exec('COMMIT');
    } finally {
      db.close();
    }
    const bound = bindQuery("SELECT 1 FROM mailboxes WHERE address = '%s'");
    return openTable(path, { name: 'of the world', bound, extent: keys(addresses.length) });
  });
}

interface Opening {
  readonly name: string;
  readonly bound: BoundQuery;
  readonly extent: string;
}

/** The file may lose its name as soon as this has answered. */
async function openTable(path: string, { name, bound, extent }: Opening): Promise<Table> {
  const { Database } = await library();
  const db = new Database(path, { fileMustExist: true });
  try {
    // Exclusive comes first: without shared memory a write-ahead log can only be read so.
    db.exec(`PRAGMA locking_mode = exclusive; PRAGMA cache_size = -${CACHE_KIB}`);
    check(db, statSync(path).size);
    const statement = db.prepare(bound.sql);
    const has = (address: string): boolean => {
      const values = bound.values(address);
      if (!values) return false;
      try {
        // Postfix, too, takes a row without a value for none.
        return statement
          .all(values)
          .some((row) => Object.values(row).some((value) => value !== null && value !== ''));
      } catch (cause) {
        throw damaged(name, cause);
      }
    };
    has('postmaster@blowback.test');
    const close = (): void => {
      statement.finalize();
      db.close();
    };
    return { has, extent, close };
  } catch (cause) {
    db.close();
    throw cause instanceof UserError ? cause : damaged(name, cause);
  }
}

function check(db: Database, bytes: number): void {
  db.all('SELECT count(*) FROM sqlite_schema');
  if (bytes > CHECKED_BYTES) return;
  const [found = {}] = db.all('PRAGMA quick_check(1)');
  const [said] = Object.values(found);
  if (said !== 'ok') throw new Error(String(said));
}

/** CommonJS, and a megabyte of WebAssembly: loaded where it is needed. */
async function library() {
  return (await import('node-sqlite3-wasm')).default;
}

/**
 * As the file was at one moment, with its write-ahead log. In the midst of a transaction with a rollback
 * journal the file is neither the old one nor the new, and the library never rolls one back: it takes its own
 * lock for the writer's.
 */
async function copyDatabase(path: string, copy: string): Promise<void> {
  try {
    const before = statSync(path, { bigint: true });
    for (const suffix of ['', '-wal']) {
      if (suffix !== '' && !existsSync(path + suffix)) continue;
      await copyFile(path + suffix, copy + suffix, constants.COPYFILE_FICLONE);
      chmodSync(copy + suffix, 0o600);
    }
    const after = statSync(path, { bigint: true });
    const same = before.mtimeNs === after.mtimeNs && before.ino === after.ino;
    if (same && !hasHotJournal(path)) return;
  } catch (cause) {
    throw unreadable(path, cause);
  }
  throw new UserError(`the table of recipients ${path} is being written to`, {
    exitCode: EXIT.environment,
    hint: `Try again when it is at rest. If a program was killed while it wrote, open it once with: sqlite3 ${path} .schema`,
  });
}

/** A journal that is kept for the next transaction is empty, or begins with a zero. */
function hasHotJournal(path: string): boolean {
  const journal = `${path}-journal`;
  return existsSync(journal) && (readFileSync(journal).at(0) ?? 0) !== 0;
}

function damaged(name: string, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UserError(`the SQLite database ${name} cannot be asked: ${why}`, {
    exitCode: EXIT.environment,
    hint: 'Check recipients.path and recipients.query with the program sqlite3.',
    cause,
  });
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} KB`;
}
