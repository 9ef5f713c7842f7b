import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startServer } from '../../../src/target/embedded/server.ts';
import type { Site } from '../../../src/target/target.ts';
import type { Tuning } from '../../../src/tuning/tuning.ts';
import { Client, until } from './client.ts';

const BANNER = '220 mail.test ESMTP';
const NOBODY = '550 5.1.1 <nobody@xman.test>: Recipient address rejected: User unknown';
const GREYLISTED =
  '450 4.2.0 <anna@xman.test>: Recipient address rejected: Greylisted, try again later';
const END = 'RCPT TO:<jslopez@xman.test>';

let server: EmbeddedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serverWith(tuning: Tuning): Promise<EmbeddedServer> {
  const site: Site = {
    tuning,
    domain: 'xman.test',
    victim: 'jslopez@xman.test',
    recipients: ['anna@xman.test', 'ben@xman.test'],
    compress: 60,
    client: 'address',
    // Nothing listens there: these tests end before the delivery.
    sink: { host: '127.0.0.1', port: 1 },
  };
  server = await startServer(site);
  return server;
}

/** One session: the client's lines in, the server's replies out, the banner first. */
async function transcript(target: EmbeddedServer, lines: readonly string[], from?: string) {
  const client = new Client(target.address, from);
  const replies = [await client.reply()];
  for (const line of lines) replies.push(await client.say(line));
  return { client, replies };
}

describe('the embedded server says', () => {
  const HELLO = ['HELO mx.isp.test', 'MAIL FROM:<>'];
  const HELLO_REPLIES = [BANNER, '250 mail.test Nice to meet you, [127.0.0.1]', '250 Accepted'];
  const BYE = '221 Bye';
  const victimRule = (reply: 550 | 554 | 521 | 450 | 421): Tuning => ({
    victimRule: { reply, text: "don't bounce forged mail" },
  });
  const ruled = (codes: string) =>
    `${codes} <jslopez@xman.test>: Recipient address rejected: don't bounce forged mail`;

  const cases: [name: string, tuning: Tuning, lines: string[], replies: string[]][] = [
    [
      'who is known and who is not, and goes on after a reject',
      {},
      ['RCPT TO:<nobody@xman.test>', 'RCPT TO:<Anna@XMAN.test>', 'RCPT TO:<postmaster>', 'QUIT'],
      [NOBODY, '250 Accepted', NOBODY.replaceAll('nobody', 'postmaster'), BYE],
    ],
    [
      'that it relays for nobody',
      { recipients: 'catch-all' },
      ['RCPT TO:<a@isp.test>', 'RCPT TO:<a@notxman.test>', 'RCPT TO:<a@xman.test>'],
      [
        '554 5.7.1 <a@isp.test>: Relay access denied',
        '554 5.7.1 <a@notxman.test>: Relay access denied',
        '250 Accepted',
      ],
    ],
    [
      'the victim rule with 550, and stays',
      victimRule(550),
      [END, 'QUIT'],
      [ruled('550 5.7.1'), BYE],
    ],
    [
      'the victim rule with 554, and stays',
      victimRule(554),
      [END, 'QUIT'],
      [ruled('554 5.7.1'), BYE],
    ],
    [
      'the victim rule with 450, and stays',
      victimRule(450),
      [END, 'QUIT'],
      [ruled('450 4.7.1'), BYE],
    ],
    [
      'the victim rule with 521, and hangs up',
      victimRule(521),
      [END, 'NOOP'],
      [ruled('521 5.7.1'), 'closed'],
    ],
    [
      'the victim rule with 421, and hangs up',
      victimRule(421),
      [END, 'NOOP'],
      [ruled('421 4.7.1'), 'closed'],
    ],
    [
      'nothing of the victim rule to others',
      victimRule(521),
      ['RCPT TO:<anna@xman.test>', 'RCPT TO:<nobody@xman.test>', 'RCPT TO:<JSLopez@Xman.Test>'],
      [
        '250 Accepted',
        NOBODY,
        ruled('521 5.7.1').replace('jslopez@xman.test', 'JSLopez@Xman.Test'),
      ],
    ],
    [
      'the error limit to whatever makes it full, right commands not counted',
      { errorLimit: 2 },
      ['RCPT TO:<nobody@xman.test>', 'NOOP', 'RCPT TO:<nobody@xman.test>\r\nNOOP', 'NOOP', 'NOOP'],
      [NOBODY, '250 OK', NOBODY, '421 4.7.0 mail.test Error: too many errors', 'closed'],
    ],
    [
      'no error limit where it is off, unknown commands included',
      { errorLimit: 'off' },
      [...Array.from({ length: 30 }, () => 'NONSENSE'), 'QUIT'],
      [...Array.from({ length: 30 }, () => '500 Error: command not recognized'), BYE],
    ],
    [
      'greylisted to a first attempt, and accepts the retry',
      { greylist: { delayMs: 0, windowMs: 3_600_000 } },
      ['RCPT TO:<anna@xman.test>', 'RCPT TO:<anna@xman.test>', 'RCPT TO:<ben@xman.test>'],
      [GREYLISTED, '250 Accepted', GREYLISTED.replace('anna', 'ben')],
    ],
    [
      'greylisted again to a retry before the delay is over',
      { greylist: { delayMs: 3_600_000, windowMs: 7_200_000 } },
      ['RCPT TO:<anna@xman.test>', 'RCPT TO:<anna@xman.test>'],
      [GREYLISTED, GREYLISTED],
    ],
    [
      'unknown at once where the recipient is looked up first',
      { checkOrder: 'recipient-first', greylist: { delayMs: 0, windowMs: 3_600_000 } },
      ['RCPT TO:<nobody@xman.test>', 'RCPT TO:<nobody@xman.test>'],
      [NOBODY, NOBODY],
    ],
    [
      'greylisted to unknown recipients where nothing is said about the order',
      { greylist: { delayMs: 0, windowMs: 3_600_000 } },
      ['RCPT TO:<nobody@xman.test>', 'RCPT TO:<nobody@xman.test>'],
      [GREYLISTED.replace('anna', 'nobody'), NOBODY],
    ],
    [
      'the same after a look-up in a directory',
      { recipients: { table: 'ldap', waitMs: 1, connections: 1 }, ...victimRule(554) },
      ['RCPT TO:<nobody@xman.test>', 'RCPT TO:<anna@xman.test>', END],
      [NOBODY, '250 Accepted', ruled('554 5.7.1')],
    ],
    [
      'what the later checks say where the look-up had to be waited for',
      {
        recipients: { table: 'ldap', waitMs: 1, connections: 1 },
        greylist: { delayMs: 0, windowMs: 3_600_000 },
        checkOrder: 'recipient-first',
      },
      ['RCPT TO:<nobody@xman.test>', 'RCPT TO:<anna@xman.test>', 'RCPT TO:<anna@xman.test>'],
      [NOBODY, GREYLISTED, '250 Accepted'],
    ],
    [
      'that a message was accepted, after its filter',
      { contentFilter: { cpuMs: 1, waitMs: 1 } },
      ['RCPT TO:<anna@xman.test>', 'DATA', 'Subject: x\r\n\r\ny\r\n.', 'QUIT'],
      ['250 Accepted', '354 End data with <CR><LF>.<CR><LF>', '250 OK: message queued', BYE],
    ],
    [
      'that there is nobody to take a message',
      {},
      ['RCPT TO:<nobody@xman.test>', 'DATA', 'QUIT'],
      [NOBODY, '503 Error: need RCPT command', BYE],
    ],
  ];

  it.each(cases)('%s', async (_name, tuning, lines, replies) => {
    const said = await transcript(await serverWith(tuning), [...HELLO, ...lines]);
    expect(said.replies).toEqual([...HELLO_REPLIES, ...replies]);
  });

  it('the same to a client that sends all at once', async () => {
    const target = await serverWith({ recipients: { table: 'ldap', waitMs: 1, connections: 1 } });
    const client = new Client(target.address);
    client.socket.write(
      'EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<nobody@xman.test>\r\nRCPT TO:<anna@xman.test>\r\nDATA\r\n',
    );
    const replies = [];
    for (let i = 0; i < 6; i += 1) replies.push(await client.reply());
    expect(replies).toEqual([
      BANNER,
      '250-mail.test Nice to meet you, [127.0.0.1]|250-PIPELINING|250-8BITMIME|250 SIZE 33554432',
      '250 Accepted',
      NOBODY,
      '250 Accepted',
      '354 End data with <CR><LF>.<CR><LF>',
    ]);
  });

  it('greylisted to each network of clients by itself', async () => {
    const target = await serverWith({ greylist: { delayMs: 0, windowMs: 3_600_000 } });
    const lines = [...HELLO, 'RCPT TO:<anna@xman.test>', 'QUIT'];
    const verdictFor = async (from: string) => (await transcript(target, lines, from)).replies[3];
    expect(await verdictFor('127.1.1.1')).toBe(GREYLISTED);
    expect(await verdictFor('127.1.2.1')).toBe(GREYLISTED);
    expect(await verdictFor('127.1.1.9')).toBe('250 Accepted');
  });
});

describe('workers and the accept queue', () => {
  it('give a second client no banner before the only worker is free', async () => {
    const target = await serverWith({ workers: 1 });
    const first = new Client(target.address);
    expect(await first.reply()).toBe(BANNER);
    const second = await Client.connected(target.address);
    await until(() => target.sample().acceptQueue === 1);
    expect(await first.say('NOOP')).toBe('250 OK');
    expect(second.heard).toBe('');
    expect(await first.say('QUIT')).toBe('221 Bye');
    expect(await second.reply()).toBe(BANNER);
  });

  it('free a worker when the server hangs up, not when the client does', async () => {
    const target = await serverWith({ workers: 1, victimRule: { reply: 521, text: 'go' } });
    const { replies } = await transcript(target, ['HELO x', 'MAIL FROM:<>', END]);
    expect(replies[3]).toMatch(/^521 /);
    expect((await transcript(target, [])).replies).toEqual([BANNER]);
  });

  it('serve who waits in the order of arrival', async () => {
    const target = await serverWith({ workers: 1 });
    const first = new Client(target.address);
    await first.reply();
    const waiting: Client[] = [];
    for (let i = 1; i <= 3; i += 1) {
      waiting.push(await Client.connected(target.address));
      await until(() => target.sample().acceptQueue === i);
    }
    let served = first;
    for (const next of waiting) {
      await served.say('QUIT');
      expect(await next.reply()).toBe(BANNER);
      served = next;
    }
  });

  it('refuse a connection for which there is no room, before any banner', async () => {
    const target = await serverWith({ workers: 1, acceptQueue: 1 });
    const first = new Client(target.address);
    await first.reply();
    const second = await Client.connected(target.address);
    await until(() => target.sample().acceptQueue === 1);
    const third = new Client(target.address);
    expect(await third.ended).toBe('ECONNRESET');
    expect(third.heard).toBe('');
    expect(target.sample()).toMatchObject({ workersBusy: 1, acceptQueue: 1, listenOverflows: 1 });
    await first.say('QUIT');
    expect(await second.reply()).toBe(BANNER);
  });

  it('send away who waits when the server stops, and do not count them as served', async () => {
    const target = await serverWith({ workers: 1 });
    await new Client(target.address).reply();
    const second = await Client.connected(target.address);
    await until(() => target.sample().acceptQueue === 1);
    const totals = await target.stop();
    expect(await second.ended).toBe('ECONNRESET');
    expect(totals.sessions).toBe(1);
  });

  it.each(['end', 'resetAndDestroy'] as const)(
    'forget a client that hangs up while it waits (%s)',
    async (how) => {
      const target = await serverWith({ workers: 1, acceptQueue: 2 });
      const first = new Client(target.address);
      await first.reply();
      const second = await Client.connected(target.address);
      await until(() => target.sample().acceptQueue === 1);
      const third = await Client.connected(target.address);
      await until(() => target.sample().acceptQueue === 2);
      second.socket[how]();
      await until(() => target.sample().acceptQueue === 1);
      await first.say('QUIT');
      expect(await third.reply()).toBe(BANNER);
      expect(await target.stop()).toMatchObject({ sessions: 2 });
    },
  );
});

describe('the content filter', () => {
  it('holds back the 250, and only that', async () => {
    const target = await serverWith({ contentFilter: { cpuMs: 0, waitMs: 3_600_000 } });
    const { client } = await transcript(target, [
      'HELO x',
      'MAIL FROM:<>',
      'RCPT TO:<anna@xman.test>',
      'DATA',
    ]);
    client.socket.write('Subject: x\r\n\r\ny\r\n.\r\n');
    const other = await transcript(target, ['HELO x', 'NOOP', 'QUIT']);
    expect(other.replies.at(-1)).toBe('221 Bye');
    expect(client.heard).toBe('');
    expect(await target.stop()).toMatchObject({ accepted: 0 });
  });

  it('uses the CPU that it is told to use', async () => {
    const target = await serverWith({ contentFilter: { cpuMs: 30, waitMs: 0 } });
    const before = process.cpuUsage();
    await transcript(target, [
      'HELO x',
      'MAIL FROM:<>',
      'RCPT TO:<anna@xman.test>',
      'DATA',
      'x\r\n.',
    ]);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeGreaterThanOrEqual(30_000);
  });
});

describe('a message above the size limit', () => {
  it('is refused at its end, and not accepted', async () => {
    const target = await serverWith({});
    const { client } = await transcript(target, [
      'HELO x',
      'MAIL FROM:<>',
      'RCPT TO:<anna@xman.test>',
      'DATA',
    ]);
    const megabyte = Buffer.from('0123456789abcd\r\n'.repeat(65_536));
    for (let i = 0; i < 33; i += 1) client.socket.write(megabyte);
    expect(await client.say('.')).toBe(
      '552 Error: message exceeds fixed maximum message size 33554432',
    );
    expect(await target.stop()).toMatchObject({ accepted: 0 });
  });
});

describe('the account of a run', () => {
  it('counts sessions, silent clients, rejects by code, and accepted messages', async () => {
    const target = await serverWith({ errorLimit: 3, victimRule: { reply: 521, text: 'go' } });
    const mail = ['HELO x', 'MAIL FROM:<>'];
    const silent = await transcript(target, []);
    silent.client.socket.end();
    await silent.client.ended;
    await transcript(target, [...mail, END]);
    await transcript(target, [...mail, 'RCPT TO:<nobody@xman.test>', 'NONSENSE', 'QUIT']);
    await transcript(target, [
      ...mail,
      ...Array.from({ length: 4 }, () => 'RCPT TO:<no@xman.test>'),
    ]);
    await transcript(target, [...mail, 'RCPT TO:<anna@xman.test>', 'DATA', 'x\r\n.', 'QUIT']);
    const totals = await target.stop();
    expect(totals).toMatchObject({
      sessions: 5,
      lostAfterConnect: 1,
      // Not the 421 of the error limit: it answers no recipient.
      rcptRejects: { 521: 1, 550: 4 },
      accepted: 1,
    });
    // Nothing listened at the sink's address.
    expect(totals.warnings).toEqual(['1 accepted messages could not be delivered']);
  });
});

describe('what cannot be', () => {
  it('a port in use is an error of the environment with the way out', async () => {
    const target = await serverWith({});
    const again = startServer(
      {
        tuning: {},
        domain: 'x.test',
        victim: '',
        recipients: [],
        compress: 1,
        client: 'address',
        sink: target.address,
      },
      target.address,
    );
    await expect(again).rejects.toMatchObject({ exitCode: 3, hint: expect.stringMatching(/port/) });
  });
});
