// The simulated directory as a Postfix socketmap on loopback: every look-up of every smtpd waits for
// one of the directory's connections, as with ldap: through proxymap.
import { listen, makeServer } from '../../guard/guard.ts';
import type { Directory } from '../../world/directory.ts';
import { encodeNetstring, SocketmapDecoder } from './socketmap-protocol.ts';

/** Returns its port. */
export async function startDirectoryServer(directory: Directory): Promise<number> {
  const server = makeServer({ noDelay: true }, (socket) => {
    const decoder = new SocketmapDecoder();
    // An smtpd that is ended resets its connection.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      // Postfix asks one question at a time on a connection, so replies cannot overtake each other.
      for (const { key } of decoder.push(chunk)) {
        void lookUp(directory, key).then((reply) => socket.write(encodeNetstring(reply)));
      }
    });
  });
  return (await listen(server, { host: '127.0.0.1', port: 0, backlog: 4096 })).port;
}

/**
 * After the address Postfix asks for `@domain`. An LDAP table whose filter names the local part (%u)
 * does not send that one to its directory, so it costs nothing here either.
 */
export async function lookUp(directory: Pick<Directory, 'has'>, key: string): Promise<string> {
  if (key.startsWith('@')) return 'NOTFOUND ';
  return (await directory.has(key)) ? 'OK OK' : 'NOTFOUND ';
}
