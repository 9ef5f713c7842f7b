// What the embedded server does with clients before it listens to them, and with what the world's names say
// of them: bot filter, block list, SPF, names, limits of one client, stress.
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { hostName, mailDomain } from '../../../src/plan/host-name.ts';
import { sourceAddress } from '../../../src/plan/source-address.ts';
import { type EmbeddedServer, startServer } from '../../../src/target/embedded/server.ts';
import type { Tuning } from '../../../src/tuning/tuning.ts';
import type { ZoneFacts } from '../../../src/world/names/facts.ts';
import { Client } from './client.ts';

const SEED = 7;
/** Hosts 0 to 9 are bots, and all of them listed; 10 to 99 send as well. */
const FACTS: ZoneFacts = {
  seed: SEED,
  domain: 'xman.test',
  senders: 100,
  bots: [{ first: 0, count: 10 }],
  providers: [],
  dns: { delayMs: 0, servfail: 0, silence: 0, dnsbl: 1 },
};
const BOT = sourceAddress('loopback', 3) ?? '';
const HOST = 42;
const SENDER = sourceAddress('loopback', HOST) ?? '';
const NAME = hostName(SEED, HOST);
const DOMAIN = mailDomain(NAME);
const KNOWN = 'RCPT TO:<anna@xman.test>';

let server: EmbeddedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(tuning: Tuning, dns: Partial<ZoneFacts['dns']> = {}): Promise<EmbeddedServer> {
  server = await startServer({
    tuning,
    domain: 'xman.test',
    victim: 'jslopez@xman.test',
    recipients: ['anna@xman.test'],
    compress: 1,
    client: 'address',
    sink: { host: '127.0.0.1', port: 1 },
    names: { ...FACTS, dns: { ...FACTS.dns, ...dns } },
  });
  return server;
}

async function talk(target: EmbeddedServer, from: string, lines: readonly string[]) {
  const client = new Client(target.address, from);
  const replies = [await client.reply()];
  for (const line of lines) replies.push(await client.say(line));
  return replies;
}

const BLOCK_LIST: Tuning = { botFilter: { greetWaitMs: 0, dnsbl: true, deep: false } };
const HELLO = [`HELO ${NAME}`, `MAIL FROM:<a@${DOMAIN}>`];

describe('the bot filter of the embedded server', () => {
  it('refuses who stands on the block list, and counts it', async () => {
    const target = await serve(BLOCK_LIST);
    const replies = await talk(target, BOT, [...HELLO, KNOWN, 'QUIT']);
    expect(replies.slice(3)).toEqual([
      `550 5.7.1 Service unavailable; client [${BOT}] blocked using dnsbl.test`,
      '221 2.0.0 Bye',
    ]);
    expect(target.sample()).toMatchObject({ listed: 1, passedNew: 0, passedOld: 0 });
  });

  it('hands on everybody else, and asks about nobody twice', async () => {
    const target = await serve(BLOCK_LIST);
    for (const _ of [1, 2]) {
      const replies = await talk(target, SENDER, [...HELLO, KNOWN, 'QUIT']);
      expect(replies.slice(3)).toEqual(['250 Accepted', '221 Bye']);
    }
    expect(target.sample()).toMatchObject({ listed: 0, passedNew: 1, passedOld: 1 });
    const { questions, stages } = await target.stop();
    expect(questions).toMatchObject({ dnsbl: 1 });
    expect(stages?.[0]).toMatchObject({ stage: 'block-list', asked: 1, refused: 0 });
  });

  it('lets in whom a broken name server knows nothing of', async () => {
    const target = await serve(BLOCK_LIST, { servfail: 1 });
    const replies = await talk(target, BOT, [...HELLO, KNOWN]);
    expect(replies.at(-1)).toBe('250 Accepted');
  });

  it('tells who speaks too early at RCPT, and keeps no worker for it', async () => {
    const target = await serve({ botFilter: { greetWaitMs: 50, dnsbl: false, deep: false } });
    const client = new Client(target.address, SENDER);
    client.socket.write('HELO early.example\r\n');
    const replies = [await client.reply(), await client.reply()];
    for (const line of ['MAIL FROM:<>', KNOWN]) replies.push(await client.say(line));
    expect(replies).toEqual([
      expect.stringMatching(/^220/),
      '250 mail.test',
      '250 2.1.0 Ok',
      '550 5.5.1 Protocol error',
    ]);
    expect(target.sample()).toMatchObject({ pregreets: 1, workersBusy: 0 });
  });

  it('counts who leaves during the wait', async () => {
    const target = await serve({ botFilter: { greetWaitMs: 50, dnsbl: false, deep: false } });
    const { socket } = new Client(target.address, SENDER);
    await once(socket, 'connect');
    socket.destroy();
    await expect.poll(() => target.sample().hangups).toBe(1);
    expect(await target.stop()).toMatchObject({ sessions: 0, lostAfterConnect: 0 });
  });
});

describe('spf on the embedded server', () => {
  const cases: [name: string, from: string, lines: string[], reply: RegExp][] = [
    ['takes a host’s own mail', SENDER, HELLO, /^250/],
    ['takes a bounce by the name in HELO', SENDER, [`HELO ${NAME}`, 'MAIL FROM:<>'], /^250/],
    [
      'refuses another’s sender',
      BOT,
      ['HELO x', `MAIL FROM:<a@${DOMAIN}>`],
      /^550 5\.7\.23 .*SPF fail.*\(MAIL FROM\)$/,
    ],
    ['refuses another’s name', BOT, [`HELO ${NAME}`, 'MAIL FROM:<>'], /^550 5\.7\.23 .*\(HELO\)$/],
    ['refuses the domain’s own sender', SENDER, ['HELO x', 'MAIL FROM:<b@xman.test>'], /^550 5\.7/],
    ['takes a sender without a record', BOT, ['HELO x', 'MAIL FROM:<b@no.invalid>'], /^250/],
  ];
  it.each(cases)('%s', async (_name, from, lines, reply) => {
    const target = await serve({ spf: 'on' });
    expect((await talk(target, from, [...lines, KNOWN])).at(-1)).toMatch(reply);
  });

  it('refuses nobody when the name server fails, however late it says so', async () => {
    const target = await serve({ spf: 'on' }, { servfail: 1, delayMs: 5 });
    const replies = await talk(target, BOT, [...HELLO, KNOWN]);
    expect(replies.at(-1)).toBe('250 Accepted');
    const { stages } = await target.stop();
    const figures = stages?.find(({ stage }) => stage === 'spf');
    expect(figures).toMatchObject({ asked: 1, refused: 0 });
    expect(figures?.waitedS).toBeGreaterThan(0.008);
  });
});

it('a client’s name is asked for and confirmed before the greeting', async () => {
  const target = await serve({ reverseLookup: 'on' }, { delayMs: 5 });
  await talk(target, SENDER, ['QUIT']);
  const { questions, stages } = await target.stop();
  expect(questions).toMatchObject({ ptr: 1, a: 1 });
  expect(stages?.[0]).toMatchObject({ stage: 'reverse-look-up', asked: 1 });
});

it('one client has so many connections at once, and others are not touched', async () => {
  const target = await serve({ clientLimits: { concurrent: 1 } });
  const first = new Client(target.address, SENDER);
  expect(await first.reply()).toMatch(/^220/);
  expect(await talk(target, SENDER, [])).toEqual([
    `421 4.7.0 mail.test Error: too many connections from ${SENDER}`,
  ]);
  expect(await talk(target, BOT, [])).toEqual(['220 mail.test ESMTP']);
  expect(await first.say('QUIT')).toBe('221 Bye');
  await expect.poll(async () => (await talk(target, SENDER, []))[0]).toMatch(/^220/);
  expect(target.sample().refusedConcurrent).toBeGreaterThan(0);
});

describe('stress of the embedded server', () => {
  const UNKNOWN = 'RCPT TO:<u@xman.test>';

  it('begins when the last worker is taken, and leaves new sessions one error', async () => {
    const target = await serve({ stress: 'auto', workers: 2 });
    const early = new Client(target.address, SENDER);
    await early.reply();
    expect(target.sample().stress).toBe(0);
    const last = new Client(target.address, SENDER);
    await last.reply();
    expect(target.sample().stress).toBe(1);
    for (const line of HELLO) await early.say(line);
    // Who came before keeps its limit.
    expect(await early.say(UNKNOWN)).toMatch(/^550/);
    expect(await early.say('NOOP')).toMatch(/^250/);
    last.socket.destroy();
    await expect.poll(() => target.sample().workersBusy).toBe(1);
    const late = new Client(target.address, SENDER);
    await late.reply();
    for (const line of HELLO) await late.say(line);
    expect(await late.say(UNKNOWN)).toMatch(/^550/);
    expect(await late.reply()).toMatch(/^421 4\.7\.0/);
    expect(target.sample().tooManyErrors).toBe(1);
  });

  it('never begins by itself with one worker', async () => {
    const target = await serve({ stress: 'auto', workers: 1 });
    await new Client(target.address, SENDER).reply();
    expect(target.sample().stress).toBe(0);
  });
});
