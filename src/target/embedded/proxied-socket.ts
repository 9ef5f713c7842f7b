// Reads the PROXY protocol's header from a connection before anybody else reads from it, and leaves what
// follows for who comes next.
import type { Socket } from '../../world/prompt-server.ts';
import { decodeProxyHeader, type ProxyHeader } from './proxy-header.ts';

/** `invalid`: wrong, or late. `gone`: the client left before its header was complete. */
type Found = Exclude<ProxyHeader, { kind: 'incomplete' }> | { readonly kind: 'gone' };

/** Postfix' smtpd_upstream_proxy_timeout. */
const LIMIT_MS = 5000;

export function readProxyHeader(socket: Socket, done: (found: Found) => void): void {
  let bytes = Buffer.alloc(0);
  const finish = (found: Found): void => {
    clearTimeout(limit);
    socket.off('data', onData).off('end', onGone).off('close', onGone).off('error', onGone);
    socket.pause();
    const rest = bytes.subarray(found.kind === 'complete' ? found.length : bytes.length);
    // Only now: while somebody listens, what is put back comes at once.
    if (rest.length > 0) socket.unshift(rest);
    done(found);
  };
  const onGone = (): void => {
    // An error may still be on its way, and would end the process if nobody heard it.
    socket.on('error', () => undefined).destroy();
    finish({ kind: 'gone' });
  };
  const onData = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const header = decodeProxyHeader(bytes);
    if (header.kind !== 'incomplete') finish(header);
  };
  const limit = setTimeout(finish, LIMIT_MS, { kind: 'invalid' });
  socket.on('data', onData).on('end', onGone).on('close', onGone).on('error', onGone);
}
