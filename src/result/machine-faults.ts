// What this machine had too little of, in words: the error codes that sessions fail with before a packet
// leaves, what each means and what mends it.
import type { Warning } from './result.ts';

/** Counts by error code. */
export type Faults = Readonly<Record<string, number>>;

interface Lack {
  readonly of: string;
  readonly mend: string;
}

const DESCRIPTORS: Lack = {
  of: 'no file descriptor left',
  mend: 'Raise the limit (`ulimit -n`) or lower the concurrency of the actors.',
};
const PORTS: Lack = {
  of: 'no port left',
  mend: 'Widen net.ipv4.ip_local_port_range, or let the sessions come from more addresses (world.sources).',
};
const MEMORY: Lack = {
  of: 'no memory for a socket',
  mend: 'Lower the concurrency of the actors.',
};
const FORBIDDEN: Lack = {
  of: 'not allowed by this machine',
  mend: 'A packet filter may stand in the way.',
};

const LACKS: Readonly<Record<string, Lack>> = {
  EMFILE: DESCRIPTORS,
  ENFILE: {
    of: 'no file descriptor left on the whole machine',
    mend: 'Raise fs.file-max or lower the concurrency of the actors.',
  },
  EADDRNOTAVAIL: PORTS,
  EADDRINUSE: PORTS,
  ENOBUFS: MEMORY,
  ENOMEM: MEMORY,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
};

/** E.g. `312 sessions failed on this machine (EMFILE: no file descriptor left)`; undefined for none. */
export function describeFaults(faults: Faults): string | undefined {
  const codes = Object.keys(faults);
  if (codes.length === 0) return undefined;
  const why = codes.map((code) => {
    const lack = LACKS[code];
    return lack ? `${code}: ${lack.of}` : code;
  });
  return `${sessions(countFaults(faults))} failed on this machine (${why.join('; ')})`;
}

function countFaults(faults: Faults): number {
  return Object.values(faults).reduce((sum, n) => sum + n, 0);
}

/** A warning per code: the server never saw these sessions, so that the run tested less than it says. */
export function faultWarnings(faults: Faults): Warning[] {
  return Object.entries(faults).map(([code, n]) => {
    const lack = LACKS[code];
    const why = lack ? `${code}: ${lack.of}` : code;
    return {
      code: 'machine-fault',
      text: `${sessions(n)} failed on this machine (${why}) and never reached the server.${lack ? ` ${lack.mend}` : ''}`,
      fatal: true,
    };
  });
}

/** The same of a target of ours: what it could not take in looks like a refusal to its clients. */
export function targetFaultWarnings(faults: Faults): Warning[] {
  return Object.entries(faults).map(([code, n]) => ({
    code: 'target-fault',
    text: `The mail server's process lacked ${meansOf(code)}, ${n === 1 ? 'seen once' : `seen ${n} times`}: ${code === 'ENOSPC' ? FULL : UNHEARD}`,
    fatal: true,
  }));
}

const UNHEARD =
  'connections that it hung up on then were no decision of its tuning. Raise the limit (`ulimit -n`).';
const FULL =
  'mail that it refused then, and what its log left out, were no decision of its tuning. Queue and log lie in memory here: let the run accept less mail, or give the machine more memory.';

/** E.g. `the mail server's process lacks file descriptors (EMFILE)`; undefined for nothing. */
export function describeTargetFaults(faults: Faults = {}): string | undefined {
  const [code] = Object.keys(faults);
  return code === undefined ? undefined : `the mail server's process lacks ${meansOf(code)}`;
}

function meansOf(code: string): string {
  if (code === 'ENOSPC') return `room for its queue and its log (${code})`;
  return `${LACKS[code] === DESCRIPTORS ? 'file descriptors' : 'means'} (${code})`;
}

function sessions(n: number): string {
  return n === 1 ? '1 session' : `${n} sessions`;
}
