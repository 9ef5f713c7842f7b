// The one way off this machine: `blowback recipients build` asks the directory server that its user has
// named, as ldapsearch would, for the addresses of his own domain. Nothing that makes load may come here;
// test/guard/own-directory.test.ts holds that nobody but src/recipients/ldap-source.ts imports this file.
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { EXIT, UserError } from '../errors.ts';

/** No server has one of these: "this network", multicast, broadcast. */
const nobody = new BlockList();
nobody.addSubnet('0.0.0.0', 8, 'ipv4');
nobody.addSubnet('224.0.0.0', 3, 'ipv4');
nobody.addAddress('::', 'ipv6');
nobody.addSubnet('ff00::', 8, 'ipv6');

type Lookup = (name: string) => Promise<{ readonly address: string }>;

export interface OwnDirectory {
  /** Numeric: what may be connected to, so that the name is not resolved a second time. */
  readonly address: string;
  /** Whether a password in clear would stay on this machine. */
  readonly isLocal: boolean;
}

/**
 * The address of the user's own directory server: any host, for one connection at a time that reads.
 * @param host a name or a numeric address, from the user's command line only
 * @throws UserError: 3 when the name does not resolve, 4 for an address that no single server can have.
 */
export async function admitOwnDirectory(
  host: string,
  lookup: Lookup = systemLookup,
): Promise<OwnDirectory> {
  const address = isIPv4(host) || isIPv6(host) ? host : await resolve(host, lookup);
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (nobody.check(address, family)) {
    throw new UserError(`refused: ${address} is no address of a directory server`, {
      exitCode: EXIT.guard,
    });
  }
  return { address, isLocal: loopback.check(address, family) };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

async function resolve(host: string, lookup: Lookup): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new UserError(`the directory server ${host} does not resolve (${code})`, {
      exitCode: EXIT.environment,
      cause,
    });
  }
}
