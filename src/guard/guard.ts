// Which addresses may be dialled or listened on. The only place of this program that opens a socket:
// loopback always, the laboratory's addresses only where the network has no way out. Everything else
// is refused before a socket exists.
import { createSocket, type RemoteInfo, type SocketOptions } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns/promises';
import {
  type AddressInfo,
  BlockList,
  connect,
  createServer,
  isIPv4,
  isIPv6,
  type ListenOptions,
  type Server,
  type ServerOpts,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { EXIT, UserError } from '../errors.ts';

/**
 * The laboratory's addresses: the target, or the first of two servers, on the first, the mail server of all
 * other domains on the second, a server behind the first on the third, then the name server, and simulated
 * clients on the last. 32,768 networks of 256 addresses, since greylists and reputation work by network
 * (198.18.0.0/15 has only 512).
 */
export const LABORATORY = {
  target: '10.77.0.1',
  sink: '10.77.0.2',
  behind: '10.77.0.3',
  names: '127.0.0.53',
  clients: '10.128.0.0/9',
} as const;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const laboratory = new BlockList();
laboratory.addSubnet('10.77.0.0', 24, 'ipv4');
laboratory.addSubnet('10.128.0.0', 9, 'ipv4');

/** Found once: a process never changes its network. getifaddrs sees the own namespace only. */
let sealed: boolean | undefined;

/** True where no interface but loopback is up, as in a fresh network namespace: no packet can leave. */
export function networkIsSealed(): boolean {
  sealed ??= Object.values(networkInterfaces()).every(
    (addresses) => addresses?.every((address) => address.internal) ?? true,
  );
  return sealed;
}

/** Whether traffic to or from a numeric address stays on this machine and is ours to make. */
export function isAdmitted(address: string): boolean {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined) return false;
  if (loopback.check(address, family)) return true;
  return laboratory.check(address, family) && networkIsSealed();
}

function refusal(what: string): UserError {
  return new UserError(`refused: ${what} is not on this machine's loopback`, {
    exitCode: EXIT.guard,
    hint: 'blowback sends its storms to 127.0.0.0/8, ::1 and its own laboratory only; run it on the host that you want to test.',
  });
}

type Lookup = (name: string) => Promise<readonly { readonly address: string }[]>;
const lookupAll: Lookup = (name) => systemLookup(name, { all: true });

/**
 * The numeric address of a target that may be tested. A name is admitted only if every address that
 * it resolves to is.
 * @throws UserError with exit code 4 (not ours) or 3 (the name does not resolve).
 */
export async function admitTarget(host: string, lookup: Lookup = lookupAll): Promise<string> {
  if (isIPv4(host) || isIPv6(host)) {
    if (!isAdmitted(host)) throw refusal(host);
    return host;
  }
  let addresses: readonly { readonly address: string }[];
  try {
    addresses = await lookup(host);
  } catch (cause) {
    throw new UserError(`${host} does not resolve`, { exitCode: EXIT.environment, cause });
  }
  const elsewhere = addresses.find(({ address }) => !isAdmitted(address));
  if (elsewhere) throw refusal(`${host} (${elsewhere.address})`);
  const first = addresses[0];
  if (!first) throw new UserError(`${host} has no address`, { exitCode: EXIT.environment });
  return first.address;
}

/** The address dialled last: a storm has one target, and a check costs 5 µs of each session. */
let admittedLast: string | undefined;

/** @throws UserError (4) when traffic to a numeric address is not ours to make. */
export function requireAdmitted(host: string): void {
  if (host === admittedLast) return;
  if (!isAdmitted(host)) throw refusal(host);
  admittedLast = host;
}

/** Opens a connection to a numeric address. @throws UserError (4) when it is not admitted. */
export function dial(options: TcpNetConnectOpts & { readonly host: string }): Socket {
  requireAdmitted(options.host);
  return connect(options);
}

/**
 * TLS on a connection that stands, as its client. Anybody's certificate will do: so it is with
 * opportunistic TLS between mail servers (RFC 7435), and a target of ours has none that could be checked.
 */
export function secure(socket: Socket, session: Buffer | undefined): TLSSocket {
  return connectTls({ socket, rejectUnauthorized: false, ...(session ? { session } : {}) });
}

/** A TCP server that is not listening yet. */
export function makeServer(options: ServerOpts, onConnection: (socket: Socket) => void): Server {
  return createServer(options, onConnection);
}

/** Starts to listen; port 0 takes a free one. @throws UserError (4 not admitted, 3 port in use or not allowed). */
export function listen(
  server: Server,
  options: ListenOptions & { readonly host: string },
): Promise<{ readonly host: string; readonly port: number }> {
  if (!isAdmitted(options.host)) return Promise.reject(refusal(options.host));
  return new Promise((resolve, reject) => {
    // For good: once it listens, an error is a client that could not be accepted (ENFILE, ENOBUFS), which
    // nobody here need answer, and would end the process if nobody heard it.
    server.on('error', (cause: NodeJS.ErrnoException) => reject(deaf(options, cause)));
    server.listen(options, () => {
      const { address, port } = server.address() as AddressInfo;
      resolve({ host: address, port });
    });
  });
}

function deaf({ host, port = 0 }: ListenOptions, cause: NodeJS.ErrnoException): UserError {
  return new UserError(`cannot listen on ${host}:${port}: ${cause.message}`, {
    exitCode: EXIT.environment,
    hint:
      cause.code === 'EADDRINUSE'
        ? 'Another program uses this port: end it, or choose another port (0 takes a free one).'
        : undefined,
    cause,
  });
}

/** A UDP socket that answers: nothing is sent but to who has asked, and is admitted. */
export interface Datagrams {
  readonly port: number;
  close(): Promise<void>;
}

type OnDatagram = (message: Buffer, answer: (bytes: Uint8Array) => void) => void;

/** Binds to a numeric address; port 0 takes a free one. @throws UserError (4 not admitted, 3 cannot bind). */
export function listenDatagrams(
  options: { readonly host: string; readonly port: number },
  onDatagram: OnDatagram,
): Promise<Datagrams> {
  if (!isAdmitted(options.host)) return Promise.reject(refusal(options.host));
  const family = options.host.includes(':') ? 6 : 4;
  // Peers are numeric, and looking that up takes as long as sending.
  const lookup: SocketOptions['lookup'] = (address, _options, done) => done(null, address, family);
  const socket = createSocket({ type: `udp${family}`, lookup });
  return new Promise((resolve, reject) => {
    // For good, as above: an answer that cannot be sent is lost, as datagrams are.
    socket.on('error', (cause) => reject(deaf(options, cause)));
    socket.on('message', (message: Buffer, { address, port }: RemoteInfo) => {
      if (isFamiliar(address)) onDatagram(message, (bytes) => socket.send(bytes, port, address));
    });
    socket.bind(options.port, options.host, () =>
      resolve({
        port: socket.address().port,
        close: () => new Promise((closed) => socket.close(closed)),
      }),
    );
  });
}

/** As isAdmitted, for peers: the same few ask again and again. */
function isFamiliar(address: string): boolean {
  if (address === admittedLast) return true;
  const admitted = isAdmitted(address);
  if (admitted) admittedLast = address;
  return admitted;
}
