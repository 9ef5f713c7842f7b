// The PROXY protocol's header (haproxy's proxy-protocol.txt), versions 1 and 2: what a balancer in front
// of a mail server says first, so that the server learns the client's own address. Pure.

export type ProxyHeader =
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'invalid' }
  | {
      readonly kind: 'complete';
      /** Bytes of the header; what follows is the client's. */
      readonly length: number;
      /** Undefined: the connection's own address stands. */
      readonly client: string | undefined;
    };

const INCOMPLETE: ProxyHeader = { kind: 'incomplete' };
const INVALID: ProxyHeader = { kind: 'invalid' };

const SIGNATURE_2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/** Signature, version and command, family and protocol, length. */
const FIXED_2 = 16;
/** The longest line of version 1, line end included. */
const LONGEST_1 = 107;
const LINE_1 = /^PROXY (?:TCP([46]) (\S+) \S+ \d{1,5} \d{1,5}|UNKNOWN(?: .*)?)$/;

/** Takes what has come so far; either version, as Postfix does. */
export function decodeProxyHeader(bytes: Buffer): ProxyHeader {
  const compared = Math.min(bytes.length, SIGNATURE_2.length);
  if (bytes.compare(SIGNATURE_2, 0, compared, 0, compared) !== 0) return decode1(bytes);
  return compared < SIGNATURE_2.length ? INCOMPLETE : decode2(bytes);
}

function decode1(bytes: Buffer): ProxyHeader {
  const head = bytes.toString('latin1', 0, LONGEST_1);
  if (!'PROXY '.startsWith(head.slice(0, 6))) return INVALID;
  const end = head.indexOf('\r\n');
  if (end < 0) return bytes.length < LONGEST_1 ? INCOMPLETE : INVALID;
  const [line, family, text = ''] = LINE_1.exec(head.slice(0, end)) ?? [];
  if (line === undefined) return INVALID;
  return complete(end + 2, family, text);
}

function decode2(bytes: Buffer): ProxyHeader {
  if (bytes.length < FIXED_2) return INCOMPLETE;
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13) >> 4;
  const length = FIXED_2 + bytes.readUInt16BE(14);
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21) return INVALID;
  if (bytes.length < length) return INCOMPLETE;
  // LOCAL: the balancer speaks for itself. Families without an address of the internet: as unknown.
  if (versionAndCommand === 0x20 || (family !== 1 && family !== 2)) return complete(length);
  const [size, version] = family === 1 ? [4, '4'] : [16, '6'];
  if (length < FIXED_2 + 2 * size + 4) return INVALID;
  const address = bytes.subarray(FIXED_2, FIXED_2 + size);
  return complete(length, version, family === 1 ? [...address].join('.') : groupsOf(address));
}

function groupsOf(address: Buffer): string {
  return (address.toString('hex').match(/.{4}/g) ?? []).join(':');
}

function complete(length: number, family?: string, text = ''): ProxyHeader {
  if (family === undefined) return { kind: 'complete', length, client: undefined };
  const client = family === '4' ? ipv4(text) : ipv6(text);
  return client === undefined ? INVALID : { kind: 'complete', length, client };
}

function ipv4(text: string): string | undefined {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
    ? text
    : undefined;
}

/** In its shortest form, so that one address is always the same text. */
function ipv6(text: string): string | undefined {
  const url = `http://[${text}]`;
  if (!/^[0-9a-f:.]+$/i.test(text) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.slice(1, -1);
}
