// A server that shuts down: who is being served hears of it, and a message that is coming in gets its answer.
import { afterEach, expect, it } from 'vitest';
import { dropping } from '../../../src/target/embedded/keeper.ts';
import { type EmbeddedServer, serve } from '../../../src/target/embedded/server.ts';
import type { Tuning } from '../../../src/tuning/tuning.ts';
import { Client } from './client.ts';

const ANYWHERE = { host: '127.0.0.1', port: 0 };
const GOODBYE = '421 4.3.2 mail.test Service shutting down';
/** No test waits for it. */
const LONG_MS = 60_000;
const ENVELOPE = ['HELO a.test', 'MAIL FROM:<>', 'RCPT TO:<anna@xman.test>'];

let server: EmbeddedServer;
afterEach(() => server.stop());

async function clientOf(tuning: Tuning, lines: readonly string[]): Promise<Client> {
  const recipients = ['anna@xman.test'];
  server = await serve(
    { tuning, domain: 'xman.test', victim: '', recipients, compress: 1, client: 'address' },
    () => dropping,
    ANYWHERE,
  );
  const client = new Client(server.address);
  await client.reply();
  for (const line of lines) await client.say(line);
  return client;
}

it.each([
  ['after the banner', []],
  ['in the midst of an envelope', ENVELOPE],
])('a session %s is told 421 at once and is over', async (_, lines) => {
  const client = await clientOf({}, lines);
  const gone = server.dismiss(LONG_MS);
  expect(await client.reply()).toBe(GOODBYE);
  expect(await client.ended).toBe('closed');
  client.socket.destroy();
  await gone;
  expect(server.occupancy()).toEqual({ workersBusy: 0, acceptQueue: 0 });
});

it('a message that is coming in is taken, and only then comes 421', async () => {
  const client = await clientOf({}, [...ENVELOPE, 'DATA']);
  const gone = server.dismiss(LONG_MS);
  client.socket.write('Subject: x\r\n\r\nx\r\n');
  expect(await client.say('.')).toBe('250 OK: message queued');
  expect(await client.reply()).toBe(GOODBYE);
  client.socket.destroy();
  await gone;
  expect(server.totals()).toMatchObject({ accepted: 1, sessions: 1 });
});

it('a command that waits for something else is answered before', async () => {
  const recipients = { table: 'ldap', waitMs: 150 } as const;
  const client = await clientOf({ recipients }, ENVELOPE.slice(0, 2));
  client.socket.write('RCPT TO:<nobody@xman.test>\r\n');
  await expect.poll(() => server.totals().stages?.at(-2)?.asked).toBe(1);
  const gone = server.dismiss(LONG_MS);
  expect(await client.reply()).toContain('550 5.1.1');
  expect(await client.reply()).toBe(GOODBYE);
  client.socket.destroy();
  await gone;
});

it('who stays in the midst of a message is cut when the time is up; nobody new gets in', async () => {
  const client = await clientOf({}, [...ENVELOPE, 'DATA']);
  await server.dismiss(10);
  expect(server.occupancy().workersBusy).toBe(1);
  expect(await new Client(server.address).ended).toBe('ECONNREFUSED');
  await server.stop();
  expect(await client.ended).toMatch(/closed|ECONNRESET/);
});
