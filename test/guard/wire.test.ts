// Both kinds of wire do the same.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandleWire, handleBinding } from '../../src/guard/handle-wire.ts';
import { StreamWire } from '../../src/guard/stream-wire.ts';
import type { OnRead, Wire } from '../../src/guard/wire.ts';

const KINDS: readonly [string, (onRead: OnRead) => Wire][] = [
  ['a stream', (onRead) => new StreamWire(onRead)],
  [
    "libuv's handle",
    (onRead) => {
      if (!handleBinding) throw new Error('this Node has no handle as we know it');
      return new HandleWire(onRead, handleBinding);
    },
  ],
];
/** Node 26 writes in another way: there is no such wire there, by design. */
const kinds =
  handleBinding || Number(process.versions.node.split('.')[0]) < 26 ? KINDS : KINDS.slice(0, 1);

describe.each(kinds)('a wire on %s', (_kind, make) => {
  let server: Server;
  let port = 0;
  let onConnection: (socket: Socket) => void = () => undefined;
  const peers = new Set<Socket>();
  beforeEach(async () => {
    server = createServer((socket) => {
      peers.add(socket);
      socket.on('error', () => undefined);
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    for (const peer of peers) peer.destroy();
    peers.clear();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A wire, what it read, and what happened to it. */
  function wired(onText: (wire: Wire, text: string) => void = () => undefined) {
    const events: string[] = [];
    let text = '';
    const wire = make((bytes, length) => {
      const piece = bytes.toString('latin1', 0, length);
      text += piece;
      onText(wire, piece);
    });
    wire.on('connect', () => events.push('connect'));
    wire.on('error', ({ code }) => events.push(code ?? 'an error without a code'));
    const closed = () =>
      new Promise<string[]>((resolve) =>
        wire.on('close', () => resolve([...events.splice(0), 'close'])),
      );
    const open = (host = '127.0.0.1', to = port, localAddress?: string) => {
      const done = closed();
      wire.connect({ host, port: to, localAddress });
      return done;
    };
    return { wire, open, text: () => text };
  }

  it('connects, reads, writes and counts, again and again, from the address that it is told', async () => {
    const heard: string[] = [];
    onConnection = (socket) => {
      socket.write('hello\r\n');
      socket.on('data', (data) => {
        heard.push(`${socket.remoteAddress} ${data.toString('latin1')}`);
        socket.write('bye');
      });
    };
    const { wire, open } = wired((self, text) => {
      if (text === 'bye') self.destroy();
      else self.write('Grüße');
    });
    for (const from of ['127.3.2.1', '127.0.0.9', undefined]) {
      expect(await open('127.0.0.1', port, from)).toEqual(['connect', 'close']);
      expect([wire.bytesRead, wire.bytesWritten]).toEqual([10, 5]);
    }
    expect(heard).toEqual(['127.3.2.1 Grüße', '127.0.0.9 Grüße', '127.0.0.1 Grüße']);
  });

  it('sends what is gathered at once, in its order', async () => {
    const pieces: Buffer[] = [];
    onConnection = (socket) => {
      socket.write('go');
      socket.on('data', (data) => {
        pieces.push(data);
        if (data.at(-1) === 0x21) socket.end();
      });
    };
    const { open } = wired((wire) => {
      wire.cork();
      for (const part of ['one ', 'two ', 'three!']) wire.write(Buffer.from(part));
      wire.uncork();
    });
    expect(await open()).toEqual(['connect', 'close']);
    expect(pieces.map(String)).toEqual(['one two three!']);
  });

  it('loses nothing of what the kernel does not take at once', async () => {
    const block = Buffer.alloc(1 << 20, 'x');
    let received = 0;
    let last = '';
    onConnection = (socket) => {
      socket.pause();
      socket.write('go');
      setTimeout(() => socket.resume(), 100);
      socket.on('data', (data) => {
        received += data.length;
        last = data.toString('latin1').slice(-4);
        if (last === 'end!') socket.end();
      });
    };
    const { wire, open } = wired((self) => {
      for (let i = 0; i < 16; i += 1) self.write(block);
      self.write('text ');
      self.cork();
      self.write(block);
      self.write(Buffer.from('end!'));
      self.uncork();
    });
    expect(await open()).toEqual(['connect', 'close']);
    expect([received, last]).toEqual([17 * block.length + 9, 'end!']);
    expect(wire.bytesWritten).toBe(received);
  });

  it('gives up unsent bytes without an error when it is destroyed', async () => {
    onConnection = (socket) => {
      socket.pause();
      socket.write('go');
    };
    const { open } = wired((wire) => {
      wire.write(Buffer.alloc(16 << 20));
      wire.destroy();
    });
    expect(await open()).toEqual(['connect', 'close']);
  });

  it('tells errors by their code, and can be used again after them', async () => {
    onConnection = (socket) => socket.write('go');
    const { wire, open, text } = wired((self) => self.destroy());
    const unused = port;
    await new Promise((resolve) => server.close(resolve));
    expect(await open('127.0.0.1', unused)).toEqual(['ECONNREFUSED', 'close']);
    // An address that this machine does not have: bind fails, nothing is sent.
    expect(await open('127.0.0.1', unused, '192.0.2.1')).toEqual(['EADDRNOTAVAIL', 'close']);
    await new Promise<void>((resolve) => server.listen(unused, '127.0.0.1', resolve));
    expect(await open('127.0.0.1', unused)).toEqual(['connect', 'close']);
    expect([text(), wire.bytesRead]).toEqual(['go', 2]);
  });

  it('reports a reset as one, and the end of the stream as none', async () => {
    onConnection = (socket) => {
      socket.write('go');
      socket.on('data', () => socket.resetAndDestroy());
    };
    const { wire, open } = wired((self) => self.write('x'));
    expect(await open()).toEqual(['connect', 'ECONNRESET', 'close']);
    onConnection = (socket) => socket.end('go');
    expect(await open()).toEqual(['connect', 'close']);
    expect(wire.bytesRead).toBe(2);
  });

  it('reports an error of a write', async () => {
    onConnection = (socket) => socket.write('go');
    const { open } = wired((wire) => {
      // The reset has come by then, and nobody has read it.
      for (const peer of peers) peer.resetAndDestroy();
      for (let i = 0; i < 3; i += 1) wire.write('more');
    });
    const [connected, error, ...rest] = await open();
    expect([connected, rest]).toEqual(['connect', ['close']]);
    expect(['EPIPE', 'ECONNRESET']).toContain(error);
  });

  it('closes once when it is destroyed while it connects, and does nothing afterwards', async () => {
    const { wire, open } = wired();
    const done = open();
    wire.destroy();
    wire.destroy();
    expect(await done).toEqual(['close']);
    expect(wire.write('too late')).toBe(false);
    await turn();
  });

  it('refuses what the guard does not admit, before there is a connection', () => {
    const { wire } = wired();
    for (const host of ['0.0.0.0', 'localhost', '::']) {
      expect(() => wire.connect({ host, port, localAddress: undefined })).toThrow(
        expect.objectContaining({ name: 'UserError', exitCode: 4 }),
      );
    }
    expect(peers.size).toBe(0);
  });

  it('hands its connection to a socket, and still tells how it ended', async () => {
    const heard: string[] = [];
    onConnection = (socket) => {
      socket.write('go');
      socket.on('data', (data) => {
        heard.push(String(data));
        socket.resetAndDestroy();
      });
    };
    const { wire, open } = wired((self) => self.asSocket().write('hello'));
    expect(await open()).toEqual(['connect', 'ECONNRESET', 'close']);
    expect([heard, wire.bytesRead, wire.bytesWritten]).toEqual([['hello'], 2, 5]);
  });
});
