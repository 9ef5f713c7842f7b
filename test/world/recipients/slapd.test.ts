// The directory's client against a real OpenLDAP, on loopback, with a database of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxEntries, slapdConf } from '../../../src/target/postfix/companions/slapd-config.ts';
import { findProgram } from '../../../src/world/programs.ts';
import { openLdapTable } from '../../../src/world/recipients/ldap-table.ts';

const SLAPD = findProgram('slapd');
const SLAPADD = findProgram('slapadd');
const missing = SLAPD === undefined || SLAPADD === undefined;
if (missing) {
  if (process.env['BLOWBACK_REQUIRE']?.includes('companions')) throw new Error('slapd is missing');
  console.log('skipped: look-ups in a real directory need the package slapd');
}

const ADDRESSES = ['anna@xman.test', 'a*b(c)\\d@xman.test', "o'neill@xman.test"];

describe.skipIf(missing)('a real slapd', () => {
  let folder = '';
  let port = 0;
  let daemon: ChildProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    mkdirSync(join(folder, 'database'));
    const modules = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap'];
    const conf = join(folder, 'slapd.conf');
    const found = modules.find((path) => existsSync(join(path, 'back_mdb.la')));
    writeFileSync(conf, slapdConf(join(folder, 'database'), found));
    writeFileSync(join(folder, 'entries.ldif'), mailboxEntries(ADDRESSES));
    execFileSync(SLAPADD ?? '', ['-q', '-f', conf, '-l', join(folder, 'entries.ldif')]);
    port = await freePort();
    await startSlapd();
  });
  afterAll(async () => {
    await stopSlapd();
    rmSync(folder, { recursive: true });
  });

  async function startSlapd(): Promise<void> {
    const args = ['-f', join(folder, 'slapd.conf'), '-h', `ldap://127.0.0.1:${port}`, '-d', '0'];
    daemon = spawn(SLAPD ?? '', args, { stdio: 'ignore' });
    while (!(await isListening(port))) await sleep(20);
  }
  async function stopSlapd(): Promise<void> {
    const ended = daemon && once(daemon, 'close');
    daemon?.kill('SIGTERM');
    await ended;
  }

  const url = () => `ldap://127.0.0.1:${port}/cn=mailboxes?mail?one?(mail=%s)`;
  const open = (target: string) => openLdapTable(target, { connections: 4 }, 'anna@xman.test');

  it('knows every address, whatever letters it has, and no pattern', async () => {
    const table = await open(url());
    const known = await Promise.all(ADDRESSES.map((address) => table.has(address.toUpperCase())));
    expect(known).toEqual([true, true, true]);
    const others = ['*', 'a*', '*@xman.test', 'anna', '', 'anna@xman.test)(cn=1', 'ünna@xman.test'];
    expect(await Promise.all(others.map((address) => table.has(address)))).toEqual(
      others.map(() => false),
    );
    table.close();
  });

  it('answers many questions over its few connections, each with its own answer', async () => {
    const table = await open(url());
    const asked = Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 'anna' : `nobody${i}`));
    const answers = await Promise.all(asked.map((who) => table.has(`${who}@xman.test`)));
    expect(answers).toEqual(asked.map((who) => who === 'anna'));
    table.close();
  });

  it('takes an entry without the attribute for none', async () => {
    const table = await open(
      url().replace('(mail=%s)', '(|(mail=%s)(cn=mailboxes))').replace('one', 'sub'),
    );
    expect(await table.has('nobody@xman.test')).toBe(false);
    table.close();
  });

  it('that is started anew is asked again without a failed look-up', async () => {
    const table = await open(url());
    await stopSlapd();
    await startSlapd();
    expect(await table.has('anna@xman.test')).toBe(true);
    expect(table.warnings()).toEqual([]);
    table.close();
  });

  it('has no such base', async () => {
    await expect(
      open(url().replace('cn=mailboxes', 'cn=nowhere,cn=mailboxes')),
    ).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/No such object/),
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.on('connect', () => tell(true)).on('error', () => tell(false));
  });
}
