// STARTTLS of the embedded server: the dialogue over TLS, resumption, and clients that break it off.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dial } from '../../../src/guard/guard.ts';
import { type EmbeddedServer, startServer } from '../../../src/target/embedded/server.ts';
import type { Tuning } from '../../../src/tuning/tuning.ts';
import type { Delivery } from '../../../src/world/delivery.ts';
import { type Sink, startSink } from '../../../src/world/sink.ts';
import { DOMAIN, KNOWN, VICTIM } from '../dialogues.ts';
import { speakTls } from '../tls-dialogue.mjs';
import { Client } from './client.ts';

let server: EmbeddedServer;
let sink: Sink;
const deliveries: Delivery[] = [];
beforeEach(async () => {
  deliveries.length = 0;
  sink = await startSink('127.0.0.1');
  sink.onDelivery((batch) => deliveries.push(...batch));
});
afterEach(async () => {
  await server.stop();
  await sink.stop();
});

async function start(tuning: Tuning): Promise<void> {
  server = await startServer({
    tuning,
    client: 'address',
    domain: DOMAIN,
    victim: VICTIM,
    recipients: [KNOWN],
    compress: 1,
    sink,
  });
}

const MESSAGE = [
  'MAIL FROM:<>',
  `RCPT TO:<${KNOWN}>`,
  'DATA',
  'Message-ID: <bb.m1@a.example>\r\n\r\nHello.\r\n.',
  'QUIT',
];
const OFFER = expect.stringMatching(/\|250-STARTTLS\|/);

describe('with tls: may', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s: a message goes over TLS, and the next session is resumed',
    async (version) => {
      await start({ tls: 'may' });
      const first = await speakTls(dial(server.address), MESSAGE, version);
      expect(first).toMatchObject({
        protocol: version,
        resumed: false,
        certificate: 'CN=mail.test',
      });
      expect(first.replies).toEqual([
        '220 mail.test ESMTP',
        OFFER,
        '220 Ready to start TLS',
        expect.not.stringMatching(/STARTTLS/),
        '250 Accepted',
        '250 Accepted',
        '354 End data with <CR><LF>.<CR><LF>',
        '250 OK: message queued',
        '221 Bye',
      ]);
      const second = await speakTls(dial(server.address), ['QUIT'], version, first.session);
      expect(second.resumed).toBe(true);
      expect(await server.stop()).toMatchObject({ sessions: 2, lostAfterConnect: 0, accepted: 1 });
      await sink.stop();
      expect(deliveries.map(({ id }) => id)).toEqual(['m1']);
    },
  );

  it('nobody need take the offer', async () => {
    await start({ tls: 'may' });
    const client = new Client(server.address);
    await client.reply();
    for (const line of ['EHLO x', ...MESSAGE]) await client.say(line);
    expect(await server.stop()).toMatchObject({ sessions: 1, accepted: 1, warnings: [] });
  });

  it('what was sent ahead of the handshake is dropped', async () => {
    await start({ tls: 'may' });
    const client = new Client(server.address);
    await client.reply();
    await client.say('EHLO x');
    expect(await client.say('STARTTLS\r\nMAIL FROM:<>')).toBe('220 Ready to start TLS');
    expect(client.heard).toBe('');
  });

  it.each([
    ['breaks the handshake', (client: Client) => client.socket.write('this is no TLS\r\n')],
    ['hangs up in the handshake', (client: Client) => client.socket.end()],
    ['resets the connection in the handshake', (client: Client) => client.socket.resetAndDestroy()],
  ])('a client that %s frees its worker', async (_title, act) => {
    await start({ tls: 'may', workers: 1 });
    const client = new Client(server.address);
    await client.reply();
    await client.say('EHLO x');
    await client.say('STARTTLS');
    act(client);
    expect(await new Client(server.address).reply()).toBe('220 mail.test ESMTP');
  });

  it('stopping in the middle of a handshake ends the connection', async () => {
    await start({ tls: 'may' });
    const client = new Client(server.address);
    await client.reply();
    await client.say('EHLO x');
    await client.say('STARTTLS');
    // The first bytes of a ClientHello that never ends.
    client.socket.write(Buffer.from([22, 3, 1, 1, 0, 1]));
    expect(await server.stop()).toMatchObject({ sessions: 1, lostAfterConnect: 0 });
    expect(await client.ended).toMatch(/closed|ECONNRESET/);
  });
});

it.each<Tuning>([{}, { tls: 'off' }])('%j offers no STARTTLS and knows none', async (tuning) => {
  await start(tuning);
  const client = new Client(server.address);
  await client.reply();
  expect(await client.say('EHLO x')).not.toMatch(/STARTTLS/);
  expect(await client.say('STARTTLS')).toBe('500 Error: command not recognized');
});
