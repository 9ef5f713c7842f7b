// The guard: which addresses may be dialled or listened on, by table. Nothing here opens a connection
// to anywhere but this machine.
import { createSocket } from 'node:dgram';
import type { Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import {
  admitTarget,
  dial,
  isAdmitted,
  LABORATORY,
  listen,
  listenDatagrams,
  makeServer,
} from '../../src/guard/guard.ts';

const ADMITTED = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
];

const REFUSED = [
  // Beside the loopback range.
  ...['126.255.255.255', '128.0.0.1', '::2'],
  // Unspecified: the kernel would take it for this machine, but for all its addresses.
  ...['0.0.0.0', '::'],
  // Private, link-local, documentation, benchmark, broadcast, multicast.
  ...['10.0.0.1', '192.168.1.1', '172.16.0.1', '169.254.169.254', '192.0.2.1', '198.18.0.1'],
  ...['255.255.255.255', '224.0.0.1', 'fe80::1', 'fd00::1', 'ff02::1', '2001:db8::1'],
  // The public internet, also in the clothes of IPv6.
  ...['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8', '::ffff:808:808', '64:ff9b::7f00:1'],
  // A loopback address embedded where it means nothing.
  ...['::127.0.0.1', '2002:7f00:1::', '::1:127.0.0.1'],
  // No numeric address at all.
  ...[
    '',
    'localhost',
    '127.1',
    '0127.0.0.1',
    '127.0.0.1.',
    '2130706433',
    '0x7f.0.0.1',
    '127.0.0.1 ',
  ],
];

const LABORATORY_ADDRESSES = [LABORATORY.target, '10.77.0.255', '10.128.0.0', '10.255.255.255'];

describe('an address', () => {
  it.each(ADMITTED)('%s is admitted', (address) => {
    expect(isAdmitted(address)).toBe(true);
  });

  it.each(REFUSED)('%j is refused', (address) => {
    expect(isAdmitted(address)).toBe(false);
  });
});

/** The guard of a process that has these interfaces. */
async function guardWith(interfaces: Record<string, readonly { internal: boolean }[]>) {
  vi.resetModules();
  vi.doMock('node:os', async (original) => ({
    ...(await original<typeof import('node:os')>()),
    networkInterfaces: () => interfaces,
  }));
  return await import('../../src/guard/guard.ts');
}
afterEach(() => {
  vi.doUnmock('node:os');
  vi.resetModules();
});

describe('the laboratory’s addresses', () => {
  const LOOPBACK = { lo: [{ internal: true }, { internal: true }] };
  it.each([
    ['loopback is the only network', LOOPBACK, true],
    ['nothing is up at all', {}, true],
    ['there is a way out', { ...LOOPBACK, eth0: [{ internal: false }] }, false],
    [
      'a way out has one address of two',
      { eth0: [{ internal: true }, { internal: false }] },
      false,
    ],
  ])('where %s are admitted: %j %s', async (_, interfaces, admitted) => {
    const guard = await guardWith(interfaces);
    expect(guard.networkIsSealed()).toBe(admitted);
    for (const address of LABORATORY_ADDRESSES) expect(guard.isAdmitted(address)).toBe(admitted);
  });

  it.each([...REFUSED, '10.76.255.255', '10.77.1.0', '10.127.255.255', '11.0.0.0'])(
    'do not open the door to %j, even where nothing can leave',
    async (address) => {
      const guard = await guardWith(LOOPBACK);
      expect(guard.isAdmitted(address)).toBe(false);
    },
  );
});

async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof UserError) return error.exitCode;
    throw error;
  }
}

describe('a target', () => {
  const answers =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address }));
  it.each([
    ['a loopback address', '127.0.0.9', undefined, '127.0.0.9'],
    ['an address elsewhere', '192.0.2.1', undefined, 4],
    ['a name that resolves to loopback', 'mx.test', ['127.0.0.3'], '127.0.0.3'],
    ['a name with both loopbacks', 'mx.test', ['::1', '127.0.0.1'], '::1'],
    ['a name that resolves elsewhere', 'mx.test', ['192.0.2.1'], 4],
    ['a name of which one address lies elsewhere', 'mx.test', ['127.0.0.1', '192.0.2.1'], 4],
    ['the same the other way round', 'mx.test', ['192.0.2.1', '127.0.0.1'], 4],
    ['a name without an address', 'mx.test', [], 3],
    ['"localhost" that a resolver sends elsewhere', 'localhost', ['192.0.2.1'], 4],
  ])('that is %s gives %3$j', async (_, host, resolved, expected) => {
    // A numeric address is never looked up.
    const lookup = resolved ? answers(...resolved) : () => Promise.reject(new Error('looked up'));
    expect(await outcomeOf(admitTarget(host, lookup))).toBe(expected);
  });

  it('whose name does not resolve is the environment’s fault, and keeps the cause', async () => {
    const cause = new Error('ENOTFOUND');
    await expect(admitTarget('mx.test', () => Promise.reject(cause))).rejects.toMatchObject({
      exitCode: 3,
      message: 'mx.test does not resolve',
      cause,
    });
  });

  it('that is refused by its name is named with the address behind it', async () => {
    const refused = admitTarget('mx.test', answers('192.0.2.7'));
    await expect(refused).rejects.toThrow('refused: mx.test (192.0.2.7) is not on');
  });
});

describe('a socket', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  const open = (host: string, port = 0) => {
    const server = makeServer({}, (socket) => socket.end('hello'));
    servers.push(server);
    return listen(server, { host, port });
  };

  it('to an address that is not admitted is never made, right after one that is', async () => {
    const { host, port } = await open('127.0.0.1');
    const socket = dial({ host, port });
    const words = await new Promise((resolve) =>
      socket.once('data', (data) => resolve(String(data))),
    );
    socket.destroy();
    expect(words).toBe('hello');
    // Refused, and yet this machine: a broken guard must not send anything away either.
    for (const elsewhere of ['localhost', '0.0.0.0', '::']) {
      expect(() => dial({ host: elsewhere, port })).toThrow(
        expect.objectContaining({ name: 'UserError', exitCode: 4 }),
      );
    }
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'localhost'])('does not listen on %s', async (host) => {
    expect(await outcomeOf(open(host))).toBe(4);
  });

  it('does not listen on a port in use, and says what to do', async () => {
    const { host, port } = await open('127.0.0.1');
    await expect(open(host, port)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`127.0.0.1:${port}`),
      hint: expect.stringContaining('Another program uses this port'),
    });
  });
});

describe('a datagram socket', () => {
  const sockets: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) await socket.close();
  });

  it('answers who asks', async () => {
    const open = await listenDatagrams({ host: '127.0.0.1', port: 0 }, (message, answer) =>
      answer(Buffer.from(`${message} too`)),
    );
    const client = createSocket('udp4');
    sockets.push(open, client);
    const answer = new Promise((resolve) => client.once('message', (it) => resolve(String(it))));
    client.send('hello', open.port, '127.0.0.1');
    expect(await answer).toBe('hello too');
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'localhost'])('does not open on %s', async (host) => {
    expect(await outcomeOf(listenDatagrams({ host, port: 0 }, () => undefined))).toBe(4);
  });

  it('does not open on a port in use', async () => {
    const open = await listenDatagrams({ host: '127.0.0.1', port: 0 }, () => undefined);
    sockets.push(open);
    const again = listenDatagrams({ host: '127.0.0.1', port: open.port }, () => undefined);
    expect(await outcomeOf(again)).toBe(3);
  });
});
