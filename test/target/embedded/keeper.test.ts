// Accepted mail where nothing stands behind the server.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepIn } from '../../../src/target/embedded/keeper.ts';
import { serve } from '../../../src/target/embedded/server.ts';
import { Client } from './client.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-keeper-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const RAW = Buffer.from('Subject: caf\xe9\r\n\r\n.\r\n..\r\n', 'latin1');
const MESSAGE = { reversePath: '', recipients: ['a@x.test', 'b@x.test'], raw: RAW };

it('a message is one file in new/, its envelope before the bytes that came', () => {
  const keeper = keepIn(join(folder, 'mail'));
  keeper.accept(MESSAGE);
  keeper.accept(MESSAGE);
  const names = readdirSync(join(folder, 'mail', 'new'));
  expect(names).toHaveLength(2);
  expect(readdirSync(join(folder, 'mail', 'tmp'))).toEqual([]);
  const envelope = 'Return-Path: <>\r\nDelivered-To: a@x.test\r\nDelivered-To: b@x.test\r\n';
  expect(readFileSync(join(folder, 'mail', 'new', names[0] ?? ''), 'latin1')).toBe(
    envelope + RAW.toString('latin1'),
  );
});

it('a folder that cannot be made is an error of the environment', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => keepIn(file)).toThrow(expect.objectContaining({ exitCode: 3 }));
});

it('what cannot be kept is not accepted: 451, and the session goes on', async () => {
  const mail = join(folder, 'mail');
  const outlet = keepIn(mail);
  rmSync(join(mail, 'tmp'), { recursive: true });
  const server = await serve(
    {
      tuning: {},
      domain: 'x.test',
      victim: '',
      recipients: ['a@x.test'],
      compress: 1,
      client: 'address',
    },
    () => outlet,
    { host: '127.0.0.1', port: 0 },
  );
  const client = new Client(server.address);
  await client.reply();
  for (const line of ['HELO a.test', 'MAIL FROM:<>', 'RCPT TO:<a@x.test>', 'DATA'])
    await client.say(line);
  expect(await client.say('x\r\n.')).toBe('451 4.3.0 Error: queue file write error');
  expect(await client.say('NOOP')).toMatch(/^250/);
  const totals = await server.stop();
  expect(totals).toMatchObject({ accepted: 0 });
  expect(totals.stages?.find(({ stage }) => stage === 'delivery')).toMatchObject({ deferred: 1 });
});
