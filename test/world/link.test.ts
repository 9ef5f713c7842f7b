import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { dial, listen, makeServer } from '../../src/guard/guard.ts';
import { startLink } from '../../src/world/link.ts';

const HOST = '127.0.0.1';
type Socket = ReturnType<typeof dial>;

/** A link to a server of the test's own, which is handed each connection. */
async function linkTo(serve: (socket: Socket) => void, limits = {}) {
  const server = makeServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  const to = await listen(server, { host: HOST, port: 0 });
  const link = await startLink({ host: HOST, to, from: '127.0.0.9', ...limits });
  const stop = async () => {
    await link.stop();
    server.close();
  };
  return { link, stop };
}

async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

/** No two of its stretches are alike. */
function pattern(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) buffer.writeUInt32BE(at, at);
  return buffer;
}

describe('a link between two servers', () => {
  it.each([
    ['without limits', {}],
    ['within its bandwidth and round trip', { bitsPerSecond: 400e6, roundTripMs: 4 }],
  ])('carries all bytes both ways in order, and half-closes, %s', async (_, limits) => {
    const sent = pattern(2_000_000);
    const answer = pattern(700_000);
    let got: Buffer | undefined;
    let peer: string | undefined;
    const { link, stop } = await linkTo(async (socket) => {
      peer = socket.remoteAddress;
      // Answers only when the client has said its last: that a half is closed must come through.
      got = await readAll(socket);
      socket.end(answer);
    }, limits);
    const client = dial({ host: HOST, port: link.port, allowHalfOpen: true });
    client.end(sent);
    const back = await readAll(client);
    expect(got?.equals(sent)).toBe(true);
    expect(back.equals(answer)).toBe(true);
    expect(peer).toBe('127.0.0.9');
    expect(link.counts()).toEqual({
      bytesThere: sent.length,
      bytesBack: answer.length,
      connections: 1,
    });
    await stop();
  });

  it('resets who connects while the server behind is not there', async () => {
    const server = makeServer({}, () => undefined);
    const to = await listen(server, { host: HOST, port: 0 });
    server.close();
    const link = await startLink({ host: HOST, to, from: HOST, roundTripMs: 2 });
    const client = dial({ host: HOST, port: link.port });
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    await link.stop();
  });

  it('resets the one when the other resets', async () => {
    const { link, stop } = await linkTo((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const client = dial({ host: HOST, port: link.port });
    client.write('x');
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    await stop();
  });
});
