import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { findProgram } from '../../../src/world/programs.ts';
import { makeSqliteTable, openSqliteTable } from '../../../src/world/recipients/sqlite-table.ts';

const QUERY = "SELECT active FROM mailbox WHERE username = '%s'";

let folder = '';
let path = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  path = join(folder, 'mail.db');
  const db = new sqlite.Database(path);
  db.exec(`CREATE TABLE mailbox (username TEXT PRIMARY KEY, active);
    INSERT INTO mailbox VALUES ('anna@xman.test', 1), ('ben@xman.test', NULL), ('eve@xman.test', '')`);
  const insert = db.prepare('INSERT INTO mailbox VALUES (?, 1)');
  for (let i = 0; i < 2000; i += 1) insert.run([`user${i}@xman.test`]);
  insert.finalize();
  db.close();
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('an SQLite database of the user', () => {
  it('is asked by his query; a row without a value is none', async () => {
    const table = await openSqliteTable(path, QUERY);
    const asked = ['anna', 'ben', 'eve', 'nobody', 'user1999'].map((who) =>
      table.has(`${who}@xman.test`),
    );
    expect(asked).toEqual([true, false, false, false, true]);
    table.close();
  });

  it.each(["' OR '1'='1", "anna@xman.test' --", '%', '?', ':key_s', "\\'", 'a\0b', ''])(
    'does not take %j for SQL',
    async (address) => {
      const table = await openSqliteTable(path, QUERY);
      expect(table.has(address)).toBe(false);
      table.close();
    },
  );

  it('is left as it was, with nothing beside it, and leaves nothing in the temporary folder', async () => {
    const before = readFileSync(path);
    const temporary = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    vi.stubEnv('TMPDIR', temporary);
    const table = await openSqliteTable(path, QUERY);
    expect(table.has('anna@xman.test')).toBe(true);
    expect(readdirSync(folder)).toEqual(['mail.db']);
    expect(readdirSync(temporary)).toEqual([]);
    table.close();
    expect(readFileSync(path).equals(before)).toBe(true);
    rmSync(temporary, { recursive: true });
  });

  it('keeps answering when its file is gone', async () => {
    const copy = join(folder, 'gone.db');
    copyFileSync(path, copy);
    const table = await openSqliteTable(copy, QUERY);
    rmSync(copy);
    expect([table.has('user7@xman.test'), table.has('user7777@xman.test')]).toEqual([true, false]);
    table.close();
  });

  const openDamaged = (damage: (copy: string) => void) => async () => {
    const copy = join(folder, 'damaged.db');
    copyFileSync(path, copy);
    damage(copy);
    await openSqliteTable(copy, QUERY).finally(() => rmSync(copy, { force: true }));
  };
  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['is absent', () => openSqliteTable(join(folder, 'none.db'), QUERY), /there is no such file/],
    ['is cut off', openDamaged((copy) => truncateSync(copy, 8192)), /cannot be asked/],
    [
      'is no database',
      openDamaged((copy) => writeFileSync(copy, 'x'.repeat(5000))),
      /not a database/,
    ],
    [
      'has a damaged page',
      openDamaged((copy) => {
        const bytes = readFileSync(copy);
        bytes.fill(0xff, 8192, 8400);
        writeFileSync(copy, bytes);
      }),
      /cannot be asked/,
    ],
    [
      'has no such table',
      () => openSqliteTable(path, "SELECT 1 FROM alias WHERE a = '%s'"),
      /no such table: alias/,
    ],
  ])('that %s is an error of the environment', async (_how, open, words) => {
    const error = await open().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringMatching(words) });
    expect(readdirSync(folder)).toEqual(['mail.db']);
  });
});

describe('the table that is made of the world', () => {
  it('knows an address with quotes, and each once', async () => {
    const table = await makeSqliteTable(["o'neill@xman.test", "o'neill@xman.test", 'a@xman.test']);
    expect(table.has("o'neill@xman.test")).toBe(true);
    expect(table.has('o')).toBe(false);
    table.close();
  });
});

const PROGRAM = findProgram('sqlite3');
if (PROGRAM === undefined) {
  if (process.env['BLOWBACK_REQUIRE']?.includes('companions'))
    throw new Error('sqlite3 is missing');
  console.log('skipped: databases that another SQLite has open need the package sqlite3');
}

describe.skipIf(PROGRAM === undefined)('a database that another SQLite has open', () => {
  async function withWriter(script: string, use: (database: string) => Promise<void>) {
    const database = join(folder, 'busy.db');
    const writer = spawn(PROGRAM ?? '', ['-batch', database], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      writer.stdin.write(`${script}\n.print ready\n`);
      for await (const text of writer.stdout) if (String(text).includes('ready')) break;
      await use(database);
    } finally {
      writer.kill('SIGKILL');
      await once(writer, 'close');
      for (const suffix of ['', '-wal', '-shm', '-journal'])
        rmSync(database + suffix, { force: true });
    }
  }
  const FILL =
    "CREATE TABLE mailbox (username TEXT, active); INSERT INTO mailbox VALUES ('anna@xman.test', 1);";

  it('with a write-ahead log is read with what stands in its log alone', async () => {
    await withWriter(`PRAGMA journal_mode = wal; ${FILL}`, async (database) => {
      const table = await openSqliteTable(database, QUERY);
      expect(table.has('anna@xman.test')).toBe(true);
      table.close();
    });
  });

  it('in the midst of a transaction is not taken for a whole one', async () => {
    // A cache of one page writes into the file before the transaction ends.
    const script = `PRAGMA cache_size = 1; PRAGMA cache_spill = 1; ${FILL}
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
      INSERT INTO mailbox SELECT 'user' || i || '@xman.test', 1 FROM n;
      BEGIN; UPDATE mailbox SET username = 'not' || username;`;
    await withWriter(script, async (database) => {
      expect(readdirSync(folder)).toContain('busy.db-journal');
      await expect(openSqliteTable(database, QUERY)).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(/is being written to/),
      });
    });
  });
});
