// The client address of every simulated host.

export type Network = 'loopback' | 'laboratory' | 'single';

/**
 * Host n's address: from 127.1.0.1 on Linux' loopback, where all of 127/8 is local; from 198.18.0.1
 * in the laboratory (RFC 2544's range); undefined where only one address exists.
 */
export function sourceAddress(network: Network, host: number): string | undefined {
  if (network === 'single') return undefined;
  const n = host + 1;
  const low = `${(n >> 8) & 255}.${n & 255}`;
  return network === 'loopback' ? `127.${1 + (n >> 16)}.${low}` : `198.${18 + (n >> 16)}.${low}`;
}
