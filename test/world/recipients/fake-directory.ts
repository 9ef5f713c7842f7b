// A directory server of a few lines: reads LDAP search requests (RFC 4511) and answers as it is told.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export interface Search {
  /** The whole request, for looking for texts in it. */
  readonly text: string;
  /** Ends the search, with an entry or without. */
  answer(found: boolean, resultCode?: number): void;
  readonly socket: Socket;
}

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const octets = (text: string): Buffer => tlv(4, Buffer.from(text));

/** Splits what has come into messages; the rest is kept. */
function* messages(buffer: Buffer): Generator<Buffer> {
  for (let at = 0; at + 2 <= buffer.length; ) {
    const first = buffer[at + 1] ?? 0;
    const sizeBytes = first < 128 ? 0 : first & 0x7f;
    const length = sizeBytes === 0 ? first : buffer.readUIntBE(at + 2, sizeBytes);
    const end = at + 2 + sizeBytes + length;
    yield buffer.subarray(at + 2 + sizeBytes, end);
    at = end;
  }
}

export async function startFakeDirectory(onSearch: (search: Search) => void) {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const message of messages(bytes)) {
        const id = message.subarray(0, 2 + (message[1] ?? 0));
        // 0x63 is a search; 0x42, the end, asks for no answer.
        if (message[id.length] !== 0x63) continue;
        const reply = (tag: number, ...parts: Buffer[]) =>
          socket.write(tlv(0x30, id, tlv(tag, ...parts)));
        onSearch({
          text: message.toString('latin1'),
          socket,
          answer: (found, resultCode = 0) => {
            if (found) reply(0x64, octets('cn=1,cn=mailboxes'), tlv(0x30));
            reply(0x65, tlv(0x0a, Buffer.from([resultCode])), octets(''), octets(''));
          },
        });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `ldap://127.0.0.1:${port}/cn=mailboxes??sub?(mail=%s)`,
    connections: () => connections,
    open: () => sockets.size,
    /** Ends every connection, as a server that is restarted. */
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
