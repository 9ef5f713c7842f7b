// How a target that trusts us learns which simulated host a connection stands for: XCLIENT (Postfix'
// extension, XCLIENT_README) or the PROXY protocol's header, version 1 or 2 (haproxy, proxy-protocol.txt).
import { sourceAddress } from '../plan/source-address.ts';
import type { ClientChoice } from '../scenario/scenario.ts';
import type { Introduction } from '../smtp/client-greeting.ts';

const TARGET_PORT = 25;
/** "\r\n\r\n\0\r\nQUIT\n", then version 2 with the command PROXY, then TCP over IPv4, 12 bytes of addresses. */
const V2_HEAD = Buffer.from('0d0a0d0a000d0a515549540a2111000c', 'hex');

/** Undefined where the connection's own address says who it is. `name`: the host's. */
export function introductionOf(
  mode: ClientChoice,
  host: number,
  name: string,
  target: string,
): Introduction | undefined {
  if (mode === 'address') return undefined;
  const address = sourceAddress('laboratory', host) ?? '';
  if (mode === 'xclient') return { xclient: `NAME=${name} ADDR=${address}` };
  // The header has one family: an IPv6 target is called by the laboratory's own address.
  const to = target.includes(':') ? '10.77.0.1' : target;
  const port = 1024 + (host % 60_000);
  if (mode === 'proxy-v1') {
    return { prelude: Buffer.from(`PROXY TCP4 ${address} ${to} ${port} ${TARGET_PORT}\r\n`) };
  }
  const ports = Buffer.from([port >> 8, port & 255, TARGET_PORT >> 8, TARGET_PORT & 255]);
  return { prelude: Buffer.concat([V2_HEAD, octets(address), octets(to), ports]) };
}

function octets(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}
