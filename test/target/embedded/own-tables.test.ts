// Tables of the user's behind the embedded server: what a client hears, and what is told of it afterwards.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { embedded } from '../../../src/target/embedded/embedded.ts';
import { type EmbeddedServer, startServer } from '../../../src/target/embedded/server.ts';
import { postfix } from '../../../src/target/postfix/postfix.ts';
import type { Site } from '../../../src/target/target.ts';
import type { RecipientTable } from '../../../src/tuning/tuning.ts';
import { writeCdb } from '../../../src/world/cdb-writer.ts';
import { type Search, startFakeDirectory } from '../../world/recipients/fake-directory.ts';
import { Client } from './client.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let server: EmbeddedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const siteWith = (recipients: RecipientTable): Site => ({
  tuning: { recipients },
  domain: 'xman.test',
  victim: 'jslopez@xman.test',
  recipients: ['anna@xman.test'],
  compress: 60,
  client: 'address',
  sink: { host: '127.0.0.1', port: 1 },
});

async function ask(target: EmbeddedServer, ...recipients: string[]): Promise<string[]> {
  const client = new Client(target.address);
  await client.reply();
  await client.say('HELO mx.isp.test');
  await client.say('MAIL FROM:<>');
  const replies: string[] = [];
  for (const who of recipients) replies.push(await client.say(`RCPT TO:<${who}@xman.test>`));
  client.socket.destroy();
  return replies;
}

const UNKNOWN = '550 5.1.1 <ben@xman.test>: Recipient address rejected: User unknown';
const FAILED = '451 4.3.0 <anna@xman.test>: Temporary lookup failure';

it('a cdb of the user says who is known', async () => {
  const path = join(folder, 'mine.cdb');
  writeFileSync(path, writeCdb([['anna@xman.test', 'OK']]));
  server = await startServer(siteWith({ table: 'cdb', path }));
  expect(server.configuration).toContain(`recipients = cdb file ${path}, 1 key`);
  expect(await ask(server, 'Anna', 'ben')).toEqual(['250 Accepted', UNKNOWN]);
});

it('a directory that fails in mid-run makes temporary replies, which are counted and told', async () => {
  let fails = false;
  const directory = await startFakeDirectory(({ text, answer, socket }: Search) =>
    fails ? socket.destroy() : answer(text.includes('anna@')),
  );
  server = await startServer(siteWith({ table: 'ldap', url: directory.url, connections: 1 }));
  expect(await ask(server, 'anna', 'ben')).toEqual(['250 Accepted', UNKNOWN]);
  fails = true;
  expect(await ask(server, 'anna', 'anna')).toEqual([FAILED, FAILED]);
  fails = false;
  expect(await ask(server, 'anna')).toEqual(['250 Accepted']);
  const { rcptRejects, warnings } = await server.stop();
  server = undefined;
  await directory.stop();
  expect(rcptRejects).toEqual({ 550: 1, 451: 2 });
  expect(warnings).toEqual([
    expect.stringMatching(/^2 look-ups in the recipient table ldap:.* failed: Connection closed/),
  ]);
});

it('a directory that is absent keeps the target from starting, with its name', async () => {
  const directory = await startFakeDirectory(() => undefined);
  await directory.stop();
  await expect(
    embedded.start(siteWith({ table: 'ldap', url: directory.url })),
  ).rejects.toMatchObject({
    exitCode: 3,
    message: `the directory ldap://127.0.0.1:${directory.port} does not answer: connect ECONNREFUSED 127.0.0.1:${directory.port}`,
    hint: expect.stringContaining('ldapsearch'),
  });
});

it('a directory elsewhere is the guard’s to refuse', async () => {
  const url = 'ldap://192.0.2.1/dc=x?mail?sub?(mail=%s)';
  await expect(embedded.start(siteWith({ table: 'ldap', url }))).rejects.toMatchObject({
    exitCode: 4,
  });
});

it('a file that is not there is told before anything starts', () => {
  const recipients = { table: 'text', path: 'none.txt', from: folder } as const;
  expect(() => embedded.examine?.({ recipients })).toThrow(/none\.txt: there is no such file/);
});

it.each<RecipientTable>([
  { table: 'cdb', path: 'x.cdb' },
  { table: 'ldap', url: 'ldap://127.0.0.1/dc=x?mail?sub?(mail=%s)' },
])('Postfix refuses %j, and says where such a table belongs', (recipients) => {
  const told = { setting: 'recipients', reason: expect.stringMatching(/relay_recipient_maps/) };
  expect(postfix.refusals({ recipients })).toEqual([told]);
  expect(embedded.refusals({ recipients })).toEqual([]);
});
