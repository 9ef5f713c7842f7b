import { afterEach, describe, expect, it } from 'vitest';
import { listen, makeServer } from '../../../src/guard/guard.ts';
import { Deliverer, type Message } from '../../../src/target/embedded/deliverer.ts';
import type { PlacedSite } from '../../../src/target/embedded/ways.ts';
import { PromptServer, type Socket } from '../../../src/world/prompt-server.ts';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

const MESSAGE: Message = {
  reversePath: 'anna@isp.test',
  recipients: ['ben@xman.test', 'carl@xman.test'],
  raw: Buffer.from('Subject: x\r\n\r\ntext\r\n'),
};

const site = (sink: PlacedSite['sink'], more: Partial<PlacedSite> = {}): PlacedSite => ({
  tuning: {},
  domain: 'xman.test',
  victim: 'jslopez@xman.test',
  recipients: [],
  compress: 60,
  client: 'address',
  sink,
  ...more,
});

let tidy: (() => void)[] = [];
afterEach(() => {
  for (const step of tidy) step();
  tidy = [];
});

/** A mail server that keeps what it gets; the first messages get a 451 after the final dot. */
async function keeper({ failures = 0 } = {}) {
  const received: Received[] = [];
  let attempts = 0;
  const smtp = new PromptServer({
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        attempts += 1;
        if (attempts <= failures) {
          return callback(Object.assign(new Error('4.3.0 later'), { responseCode: 451 }));
        }
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('latin1'),
        });
        return callback();
      });
    },
  });
  const sockets = new Set<Socket>();
  const server = makeServer({}, (socket) => {
    sockets.add(socket);
    smtp.connect(socket);
  });
  const address = await listen(server, { host: '127.0.0.1', port: 0 });
  tidy.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { address, received, attempts: () => attempts, connections: () => sockets.size };
}

describe('the deliverer', () => {
  it.each([
    ['dots at the beginning of lines', 'Subject: x\r\n\r\n.\r\n..\r\n.text\r\n'],
    ['bytes outside ASCII and a NUL', 'Subject: \xe4\r\n\r\n\xff\x80\0\r\n'],
    ['lines that are too long', `Subject: x\r\n\r\n${'y'.repeat(100_000)}\r\n`],
    [
      'a header that it would write otherwise',
      'subject:x\r\nBCC: ben@xman.test\r\nBcc:\r\n\r\n\r\n',
    ],
    ['no header at all', '\r\ntext\r\n'],
    ['only an empty line', '\r\n'],
    ['200 KB', `Subject: x\r\n\r\n${'0123456789abc\r\n'.repeat(14_000)}`],
  ])('passes a message with %s on unchanged', async (_what, raw) => {
    const { address, received } = await keeper();
    const deliverer = new Deliverer(site(address));
    deliverer.accept({ ...MESSAGE, raw: Buffer.from(raw, 'latin1') });
    await deliverer.drain(20_000);
    expect(received).toEqual([{ from: MESSAGE.reversePath, to: MESSAGE.recipients, raw }]);
  });

  it('keeps a null reverse path', async () => {
    const { address, received } = await keeper();
    const deliverer = new Deliverer(site(address));
    deliverer.accept({ ...MESSAGE, reversePath: '' });
    await deliverer.drain(20_000);
    expect(received[0]?.from).toBe('');
  });

  it('counts what is queued, and delivers it over a bounded number of connections', async () => {
    const { address, received, connections } = await keeper();
    const deliverer = new Deliverer(site(address));
    for (let i = 0; i < 50; i += 1) deliverer.accept(MESSAGE);
    expect(deliverer.queued).toBe(50);
    await deliverer.drain(20_000);
    expect([deliverer.queued, deliverer.failed, received.length]).toEqual([0, 0, 50]);
    expect(connections()).toBeLessThanOrEqual(10);
  });

  it('tries again after a temporary failure, and delivers once', async () => {
    const { address, received, attempts } = await keeper({ failures: 2 });
    const deliverer = new Deliverer(site(address));
    deliverer.accept(MESSAGE);
    await deliverer.drain(20_000);
    expect([received.length, attempts(), deliverer.failed]).toEqual([1, 3, 0]);
  });

  it('gives up in the end, and counts that', async () => {
    const { address, received, attempts } = await keeper({ failures: 100 });
    const deliverer = new Deliverer(site(address));
    deliverer.accept(MESSAGE);
    await deliverer.drain(20_000);
    expect([received.length, attempts(), deliverer.failed]).toEqual([0, 4, 1]);
  });

  it('does not wait for ever where nobody takes the mail', async () => {
    const { address, attempts } = await keeper({ failures: 100 });
    const deliverer = new Deliverer(site(address));
    deliverer.accept(MESSAGE);
    await deliverer.drain(1);
    expect([deliverer.queued, attempts() < 4]).toEqual([1, true]);
  });

  it('dials no address that the guard does not admit', async () => {
    const deliverer = new Deliverer(site({ host: '192.0.2.1', port: 25 }));
    deliverer.accept(MESSAGE);
    await deliverer.drain(20_000);
    expect(deliverer.failed).toBe(1);
  });
});
