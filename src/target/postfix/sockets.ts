// What the kernel knows about the target's port: queue, connections, overflows. Parsers are pure.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { programPath } from '../../world/programs.ts';

const SS = { name: 'ss', debianPackage: 'iproute2' } as const;

export interface PortState {
  /** Connections that wait to be accepted. */
  readonly acceptQueue: number;
  /** The listener's backlog. */
  readonly backlog: number;
  /** Connections that a worker has accepted and not closed. */
  readonly accepted: number;
}

/** ss, since it has the kernel leave out the ten thousands in TIME_WAIT that /proc/net/tcp lists. */
export async function readPort(address: string, port: number): Promise<PortState> {
  const states = ['listening', 'established', 'close-wait'].flatMap((state) => ['state', state]);
  const { stdout } = await promisify(execFile)(
    programPath(SS),
    ['-H', '-t', '-n', ...states, `sport = :${port}`],
    { maxBuffer: 64 * 2 ** 20 },
  );
  return parsePort(stdout, address);
}

/** Everybody who listens in this namespace, as `ss -Hltn` prints it. */
export async function listeners(): Promise<string> {
  const { stdout } = await promisify(execFile)(programPath(SS), ['-H', '-l', '-t', '-n']);
  return stdout;
}

/** Lines of `ss -Htn` with a state (state, Recv-Q, Send-Q, local, peer), as far as they are one address'. */
export function parsePort(text: string, address: string): PortState {
  let connections = 0;
  let acceptQueue = 0;
  let backlog = 0;
  for (const line of text.split('\n')) {
    const [state, received, sent, local = ''] = line.trim().split(/\s+/);
    if (!isOf(address, local)) continue;
    if (state === 'LISTEN') {
      // A listener's Recv-Q is its queue, its Send-Q the backlog.
      acceptQueue += Number(received);
      backlog += Number(sent);
    } else if (state === 'ESTAB' || state === 'CLOSE-WAIT') connections += 1;
  }
  // Established includes the queued; the two counts are taken a moment apart.
  return { acceptQueue, backlog, accepted: Math.max(0, connections - acceptQueue) };
}

/** Another server of the laboratory may have the same port at another address. */
function isOf(address: string, local: string): boolean {
  const hosts = [address, `[::ffff:${address}]`, '0.0.0.0', '*', '[::]'];
  return hosts.some((host) => local.startsWith(`${host}:`));
}

/** Connections that the kernel dropped since the namespace was made, because a queue was full. */
export function listenOverflows(netstat = readFileSync('/proc/net/netstat', 'utf8')): number {
  const rows = netstat.split('\n').filter((line) => line.startsWith('TcpExt:'));
  const [names, values] = rows.map((row) => row.split(' '));
  return Number(values?.[names?.indexOf('ListenOverflows') ?? -1] ?? 0);
}
