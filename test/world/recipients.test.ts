import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { RecipientTable } from '../../src/tuning/tuning.ts';
import { Directory } from '../../src/world/directory.ts';
import { examineRecipients, openRecipients, tableRefusal } from '../../src/world/recipients.ts';

afterEach(() => vi.unstubAllEnvs());

const ADDRESSES = ['anna@xman.test', 'Ben@Xman.test'];
const TABLES: RecipientTable[] = [
  { table: 'memory' },
  { table: 'text' },
  { table: 'cdb' },
  { table: 'sqlite' },
  { table: 'ldap', waitMs: 0, connections: 2 },
];

describe('a table of recipients', () => {
  it.each(TABLES)('in $table knows its addresses in any case, and no others', async (table) => {
    const recipients = await openRecipients(table, ADDRESSES);
    expect(await recipients.has('anna@xman.test')).toBe(true);
    expect(await recipients.has('BEN@xman.TEST')).toBe(true);
    expect(await recipients.has('jslopez@xman.test')).toBe(false);
    expect(await recipients.has('')).toBe(false);
    expect(recipients.describe).toMatch(/2 keys/);
    recipients.close();
  });

  it.each(TABLES)('in $table may be empty', async (table) => {
    const recipients = await openRecipients(table, []);
    expect(await recipients.has('anna@xman.test')).toBe(false);
    recipients.close();
  });

  it('that catches all knows everybody', async () => {
    const recipients = await openRecipients('catch-all', []);
    expect(recipients.has('nobody@xman.test')).toBe(true);
  });

  it.each(['hash', 'lmdb'] as const)('in %s is left to Postfix', (table) => {
    expect(tableRefusal(table)).toMatch(`reads no ${table} files`);
    expect(tableRefusal('sqlite')).toBeUndefined();
  });

  it.each(['text', 'cdb', 'sqlite'] as const)(
    'in %s leaves no file behind while it is open',
    async (table) => {
      const folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
      vi.stubEnv('TMPDIR', folder);
      const recipients = await openRecipients({ table }, ADDRESSES);
      expect(readdirSync(folder)).toEqual([]);
      expect(recipients.has('anna@xman.test')).toBe(true);
      recipients.close();
      rmSync(folder, { recursive: true });
    },
  );

  it('that cannot be written is an error of the environment with the way out', async () => {
    vi.stubEnv('TMPDIR', '/nonexistent');
    const error = await openRecipients({ table: 'cdb' }, ADDRESSES).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ exitCode: 3, hint: expect.stringMatching(/TMPDIR/) });
  });
});

describe('a table of the user', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    writeFileSync(join(folder, 'list.txt'), 'anna@xman.test\neve@xman.test\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is found from the folder of its scenario, and knows what is in it', async () => {
    const choice = { table: 'text', path: 'list.txt', from: folder } as const;
    examineRecipients(choice);
    const recipients = await openRecipients(choice, ['anna@xman.test']);
    expect(recipients.describe).toBe(`text file ${join(folder, 'list.txt')}, 2 keys`);
    expect([recipients.has('EVE@xman.test'), recipients.has('ben@xman.test')]).toEqual([
      true,
      false,
    ]);
    expect(recipients.warnings()).toEqual([]);
    recipients.close();
  });

  it('warns when the world’s mailboxes are not in it', async () => {
    const choice = { table: 'text', path: 'list.txt', from: folder } as const;
    const recipients = await openRecipients(choice, ADDRESSES);
    expect(recipients.warnings()).toEqual([
      expect.stringMatching(/^1 of 2 of the world's mailboxes .*Ben@Xman\.test for one/),
    ]);
    recipients.close();
  });

  it.each<[string, RecipientTable, number, RegExp]>([
    ['a file that is not there', { table: 'cdb', path: '/nonexistent/x.cdb' }, 3, /no such file/],
    ['a folder', { table: 'cdb', path: '/' }, 3, /it is no file/],
    [
      'a query without an address',
      { table: 'sqlite', path: '/etc/passwd', query: 'SELECT 1' },
      2,
      /does not ask/,
    ],
    ['a URL that is none', { table: 'ldap', url: 'ldap:x%s' }, 2, /is no LDAP URL/],
  ])('with %s is refused before anything starts', (_what, choice, exitCode, message) => {
    let error: unknown;
    try {
      examineRecipients(choice);
    } catch (cause) {
      error = cause;
    }
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) });
  });
});

describe('the simulated directory', () => {
  /** Look-ups end only when the test lets them. */
  function heldDirectory(connections: number) {
    const held: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => held.push(resolve));
    const directory = new Directory(ADDRESSES, { waitMs: 50, connections, wait });
    return { directory, held };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('serves as many look-ups at once as it has connections; the rest wait their turn', async () => {
    const { directory, held } = heldDirectory(2);
    const order: number[] = [];
    const asked = [0, 1, 2, 3, 4].map(async (i) => {
      await directory.has('anna@xman.test');
      order.push(i);
    });
    await turn();
    expect([held.length, directory.waiting, directory.lookups]).toEqual([2, 3, 0]);
    held.shift()?.();
    await turn();
    expect([held.length, directory.waiting, directory.lookups]).toEqual([2, 2, 1]);
    while (held.length > 0) {
      held.shift()?.();
      await turn();
    }
    await Promise.all(asked);
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect([directory.waiting, directory.lookups]).toEqual([0, 5]);
  });

  it('thinks about each look-up for as long as it was told', async () => {
    const waits: number[] = [];
    const wait = async (ms: number) => void waits.push(ms);
    const directory = new Directory(ADDRESSES, { waitMs: 50, connections: 1, wait });
    expect(await directory.has('BEN@xman.test')).toBe(true);
    expect(await directory.has('eve@xman.test')).toBe(false);
    expect(waits).toEqual([50, 50]);
  });
});
