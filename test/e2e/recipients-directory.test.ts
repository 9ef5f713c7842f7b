// `blowback recipients build` from a real OpenLDAP of its own, on loopback.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/world/programs.ts';
import { Folder } from './cli/program.ts';

const SLAPD = findProgram('slapd');
const SLAPADD = findProgram('slapadd');
const required = process.env['BLOWBACK_REQUIRE']?.includes('companions') === true;
if (!SLAPD && !required) console.warn('skipped: slapd is missing (install slapd)');

const ENTRIES = 1200;
const MODULES = '/usr/lib/ldap';

const folder = new Folder();
let port = 0;
let slapd: ChildProcess | undefined;

function configuration(): string {
  return `${existsSync(join(MODULES, 'back_mdb.la')) ? `modulepath ${MODULES}\nmoduleload back_mdb\n` : ''}attributetype ( 0.9.2342.19200300.100.1.3 NAME 'mail' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{256} )
attributetype ( 1.3.6.1.4.1.4203.666.1.77001 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.4203.666.1.77002 NAME 'mailbox' SUP top STRUCTURAL MUST cn MAY ( mail $ proxyAddresses ) )
loglevel none
database mdb
directory ${join(folder.path, 'db')}
suffix "cn=mailboxes"
rootdn "cn=admin,cn=mailboxes"
rootpw secret
maxsize 16777216
dbnosync
index objectClass eq
`;
}

function entries(): string {
  const all = Array.from(
    { length: ENTRIES },
    (_, i) =>
      `\ndn: cn=${i},cn=mailboxes\nobjectClass: mailbox\ncn: ${i}\nmail: User.${i}@xman.test\nproxyAddresses: SMTP:User.${i}@xman.test\nproxyAddresses: smtp:alias${i}@xman.test\nproxyAddresses: X400:c=us\n`,
  );
  const odd = '\ndn: cn=odd,cn=mailboxes\nobjectClass: mailbox\ncn: odd\nmail: a..b@xman.test\n';
  return `dn: cn=mailboxes\nobjectClass: mailbox\ncn: mailboxes\n${all.join('')}${odd}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe.runIf(SLAPD || required)('recipients from a directory', () => {
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'db'));
    const conf = folder.file('slapd.conf', configuration());
    const loaded = spawnSync(SLAPADD ?? '', ['-q', '-f', conf, '-l', folder.file('l', entries())]);
    if (loaded.status !== 0) throw new Error(`slapadd: ${loaded.stderr}`);
    port = await freePort();
    const args = ['-f', conf, '-h', `ldap://127.0.0.1:${port}`, '-d', '0'];
    slapd = spawn(SLAPD ?? '', args, { stdio: 'ignore' });
    for (let tries = 0; ; tries += 1) {
      const { exit, stderr } = await build('??base', '--to', 'probe', '--dry-run', '--allow-empty');
      if (exit === 0) break;
      if (tries > 50) throw new Error(`slapd never answers: ${stderr}`);
    }
  });
  afterAll(() => slapd?.kill('SIGKILL'));

  const ADMIN = ['--bind-dn', 'cn=admin,cn=mailboxes'];
  const password = (text: string) => ['--password-file', folder.file('password', text)];
  const build = (query: string, ...flags: string[]) =>
    folder.run([
      'recipients',
      'build',
      '--from',
      `ldap://127.0.0.1:${port}/cn=mailboxes${query}`,
      ...flags,
    ]);

  it('are all values of all attributes, of more entries than a page has', async () => {
    const query = '?mail,proxyAddresses?sub';
    const ended = await build(query, '--to', 'all.txt', ...ADMIN, ...password('secret\n'));
    expect(ended.stderr).toMatch(/^cn=odd,cn=mailboxes: a\.\.b@xman\.test: a dot/);
    expect(ended.stderr).toContain('left out: 1 invalid, 0 duplicates');
    expect(ended.exit).toBe(0);
    const lines = readFileSync(join(folder.path, 'all.txt'), 'utf8').trim().split('\n');
    const expected = Array.from({ length: ENTRIES }, (_, i) => [
      `user.${i}@xman.test`,
      `alias${i}@xman.test`,
    ]);
    expect(lines.sort()).toEqual(expected.flat().sort());
  });

  it.each([
    ['a limit of entries', '?mail?sub', [], /limit of entries.*\n.*--bind-dn/, 3],
    ['a base that is not there', ',cn=x?mail?sub', [], /no such base|refers to another/, 3],
    ['a scope that was forgotten', '?mail', [], /refused: no valid address/, 5],
  ])('with %s are an error, and no table', async (_, query, flags, words, exit) => {
    const ended = await build(query, '--to', 'none.txt', ...flags);
    expect(ended.stderr).toMatch(words);
    expect(ended.exit).toBe(exit);
    expect(existsSync(join(folder.path, 'none.txt'))).toBe(false);
  });

  it('are not told to a wrong password', async () => {
    const ended = await build('?mail?sub', '--to', 'none.txt', ...ADMIN, ...password('guess'));
    expect(ended.stderr).toContain('password of --bind-dn is wrong');
    expect(ended.stderr).not.toContain('guess');
    expect(ended.exit).toBe(3);
  });

  it('of a server that never answers end with its time-out', async () => {
    const mute = createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const at = typeof address === 'object' && address ? address.port : 0;
    const from = `ldap://127.0.0.1:${at}/dc=x?mail?sub`;
    const ended = await folder.run([
      'recipients',
      'build',
      '--from',
      from,
      '--to',
      't',
      '--timeout',
      '200ms',
    ]);
    mute.close();
    expect(ended.stderr).toContain('timed out');
    expect(ended.exit).toBe(3);
  });
});
