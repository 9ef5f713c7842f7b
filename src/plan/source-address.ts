// The client address of every simulated host.

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
