// IPv4 networks as Postfix writes them in lists of addresses. Pure.

export interface Network {
  /** As a number of 32 bits. */
  readonly address: number;
  readonly bits: number;
}

/** `10.0.0.0/8`, or a single address; undefined for names, tables, IPv6 and exclusions (`!…`). */
export function parseNetwork(text: string): Network | undefined {
  const [, a, b, c, d, length = '32'] =
    /^\[?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\]?(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const parts = [a, b, c, d].map(Number);
  const bits = Number(length);
  if (a === undefined || bits > 32 || parts.some((part) => part > 255)) return undefined;
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { address, bits };
}

/** Whether two networks have an address in common: one of them contains the other. */
export function overlaps(one: Network, other: Network | undefined): boolean {
  if (!other) return false;
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.address / size) === Math.floor(other.address / size);
}
