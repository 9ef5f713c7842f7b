// Our greylist as a Postfix policy service on loopback.
import { nowMs } from '../../clock.ts';
import { listen, makeServer } from '../../guard/guard.ts';
import type { Greylist } from '../../world/greylist.ts';
import { encodeAction, PolicyDecoder, type PolicyRequest } from './policy-protocol.ts';

/** Returns its port. */
export async function startPolicyServer(greylist: Greylist): Promise<number> {
  const server = makeServer({ noDelay: true }, (socket) => {
    const decoder = new PolicyDecoder();
    socket.setEncoding('utf8');
    // An smtpd that is ended resets its connection.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: string) => {
      for (const request of decoder.push(chunk)) {
        socket.write(encodeAction(greylistAction(greylist, request, nowMs())));
      }
    });
  });
  return (await listen(server, { host: '127.0.0.1', port: 0, backlog: 4096 })).port;
}

/**
 * Defers at once. postgrey's DEFER_IF_PERMIT would let a later reject of the recipient win, and the
 * order of the checks would make no difference to what the client sees.
 */
export function greylistAction(
  greylist: Pick<Greylist, 'check'>,
  request: PolicyRequest,
  now: number,
): string {
  const { client_address: client, sender = '', recipient } = request;
  if (client === undefined || recipient === undefined) return 'DUNNO';
  const verdict = greylist.check(client, sender, recipient, now);
  return verdict === 'defer' ? 'DEFER 4.2.0 Greylisted, please try again later' : 'DUNNO';
}
