// The client address of every simulated host, and those of a proxy that speaks for all of them.

export type Network = 'loopback' | 'laboratory' | 'single';

/** Odd, so that multiplying by it permutes the numbers of any power of two; spreads neighbours apart. */
const SPREAD = 40_503;

/**
 * Host n's address; undefined where only one address exists. Hosts lie in networks of their own, as
 * real ones do: greylists and reputation work by /24, and neighbours would vouch for each other there.
 *
 *   loopback    127.a.b.x   65,536 networks, all of it local on Linux without set-up
 *   laboratory  10.a.b.x    32,768 networks, 10.128.0.0/9
 *
 * x begins at 2 and counts up once every network has a host: 127.0.0.1 is nobody's.
 */
export function sourceAddress(network: Network, host: number): string | undefined {
  if (network === 'single') return undefined;
  const bits = network === 'loopback' ? 16 : 15;
  const net = Math.imul(host, SPREAD) & ((1 << bits) - 1);
  const low = `${net & 255}.${2 + (host >> bits)}`;
  return network === 'loopback' ? `127.${net >> 8}.${low}` : `10.${128 + (net >> 8)}.${low}`;
}

/** SPREAD's inverse modulo 65,536, and so modulo the laboratory's 32,768 networks too. */
const GATHER = 30_599;

/** The host that has this address of the laboratory; undefined where it is no client's. */
export function hostAtAddress(octets: readonly number[]): number | undefined {
  const [a, b = 0, c = 0, d = 0] = octets;
  if (a !== 10 || b < 128 || d < 2) return undefined;
  const low = Math.imul(((b - 128) << 8) | c, GATHER) & 0x7fff;
  return ((d - 2) << 15) | low;
}

/**
 * The address that the host of a loopback address has in the laboratory, where all names are at home; any
 * other address as it is.
 */
export function atHome(address: string): string {
  const [a, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  if (a !== 127 || d < 2) return address;
  const net = Math.imul((b << 8) | c, GATHER) & 0xffff;
  return sourceAddress('laboratory', ((d - 2) << 16) | net) ?? address;
}

/**
 * Addresses of the proxy where clients' addresses are told. A power of two, and many: one address has
 * some 28,000 ports, and each is held for 60 s after a session in which the client hung up first
 * (TIME_WAIT; measured here: 43 % of the sessions of a mix of senders). Above some 4,000 held ports of an
 * address the kernel's search at bind() takes milliseconds: 0.2 ms a connection up to 4,000, 3.4 ms at
 * 12,000 (Linux 6.18, 28,232 ports); spread over 64 addresses it costs what an unbound one does.
 */
export const PROXY_ADDRESSES = 256;

/**
 * Where a session comes from whose client's address is told; undefined where only one address exists.
 * The targets of ours that are told addresses trust every address that they can be reached from.
 */
export function proxyAddress(network: Network, session: number): string | undefined {
  return sourceAddress(network, session & (PROXY_ADDRESSES - 1));
}
