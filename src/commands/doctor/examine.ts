// Looks at this machine: what its limits are and what is installed, a line each. Changes nothing.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { UserError } from '../../errors.ts';
import { formatBytes, formatCount, plural } from '../../report/format.ts';
import { postfixPrograms } from '../../target/postfix/needs.ts';
import { ownServerTraps } from '../../target/postfix/own-server.ts';
import type { Trap } from '../../target/postfix/traps.ts';
import { requireLaboratory } from '../../world/laboratory.ts';
import { requirePrograms } from '../../world/programs.ts';
import { sessionsPerSecond } from '../run/limits.ts';
import { readLimits } from '../run/read-limits.ts';
import type { Check } from './diagnosis.ts';

/** What a look at the machine reads: handed in, so that the wording can be tested. */
export interface Readings {
  readonly node: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryBytes: number;
  readonly freeBytes: number;
  /** Open files, soft and hard; undefined where there is no limit or nobody tells. */
  readonly descriptors: { readonly soft?: number; readonly hard?: number };
  /** `/proc/sys/<name>`, trimmed; undefined where there is none. */
  readonly kernel: (name: string) => string | undefined;
  /** Sessions that one client address can have at least. */
  readonly portsPerSecond: number;
  readonly isRoot: boolean;
  /** Each answers why not, or undefined. */
  readonly laboratory: () => Obstacle | undefined;
  readonly postfix: () => Obstacle | undefined;
  /** What would spoil a run against the machine's own Postfix; undefined where there is none. */
  readonly ownServer: () => readonly Trap[] | undefined;
}

export interface Obstacle {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** As package.json demands. */
const LEAST_NODE = [20, 19] as const;

export function examine(readings: Readings): Check[] {
  const { cores, cpu, memoryBytes, freeBytes } = readings;
  return [
    nodeVersion(readings.node),
    fact('processor', `${plural(cores, 'core')}, ${cpu}`),
    fact('memory', `${formatBytes(memoryBytes)}, ${formatBytes(freeBytes)} free`),
    descriptors(readings),
    ...network(readings),
    readings.isRoot
      ? fact('user', 'root')
      : fact('user', 'not root: a laboratory needs a user namespace'),
    able('laboratory', 'can be opened', readings.laboratory()),
    able('Postfix', 'installed', readings.postfix()),
    ...ownServer(readings.ownServer()),
  ];
}

function fact(name: string, text: string): Check {
  return { name, state: 'ok', text };
}

const OWN_SERVER = 'own Postfix';

/** Said of the machine's own server only: in a laboratory each run looks at what it starts. */
function ownServer(traps: readonly Trap[] | undefined): Check[] {
  if (traps === undefined) return [];
  if (traps.length === 0) return [fact(OWN_SERVER, 'nothing in it would spoil a run')];
  return traps.map(({ text, hint }) => ({
    name: OWN_SERVER,
    state: 'note',
    text: text.replace(/\.$/, ''),
    hint,
  }));
}

/** The embedded target needs none of these, and a scenario that does says so itself. */
function able(name: string, text: string, obstacle: Obstacle | undefined): Check {
  if (!obstacle) return fact(name, text);
  const { message, hint } = obstacle;
  return { name, state: 'note', text: message, ...(hint === undefined ? {} : { hint }) };
}

function nodeVersion(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
    return fact('Node.js', version);
  }
  const text = `${version}, and ${LEAST_NODE.join('.')} or later is needed`;
  return { name: 'Node.js', state: 'missing', text, hint: 'https://nodejs.org has newer ones.' };
}

function descriptors({ descriptors: { soft, hard } }: Readings): Check {
  if (soft === undefined) return fact('descriptors', 'no limit that this machine tells');
  const ceiling = hard === undefined ? 'no hard limit' : `hard limit ${formatCount(hard)}`;
  return fact('descriptors', `${formatCount(soft)} for each process (${ceiling})`);
}

/** What the kernel says of ports and queues, where it says anything. */
function network({ kernel, portsPerSecond }: Readings): Check[] {
  const checks: Check[] = [];
  const [low, high] = (kernel('net/ipv4/ip_local_port_range') ?? '').split(/\s+/).map(Number);
  if (low !== undefined && high !== undefined) {
    const ports = formatCount(high - low + 1);
    const rate = `${formatCount(Math.floor(portsPerSecond))} sessions/s`;
    checks.push(fact('ports', `${low} to ${high}: ${ports}, ${rate} for each client address`));
  }
  const reuse = kernel('net/ipv4/tcp_tw_reuse');
  if (reuse !== undefined) {
    const words = REUSE[reuse] ?? reuse;
    checks.push(fact('TIME_WAIT', `ports in it are ${words} (tcp_tw_reuse ${reuse})`));
  }
  const queue = kernel('net/core/somaxconn');
  if (queue !== undefined) {
    const most = `${formatCount(Number(queue))} connections at most`;
    checks.push(fact('listen queue', `${most} (net.core.somaxconn)`));
  }
  return checks;
}

/** Linux, Documentation/networking/ip-sysctl: tcp_tw_reuse. */
const REUSE: Readonly<Record<string, string>> = {
  '0': 'not used again for a minute',
  '1': 'used again after a second',
  '2': 'used again after a second on loopback',
};

/** This very machine. */
export function readMachine(): Readings {
  return {
    node: process.version,
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? 'of an unknown kind',
    memoryBytes: totalmem(),
    freeBytes: freemem(),
    descriptors: readDescriptors(),
    kernel: readKernel,
    portsPerSecond: sessionsPerSecond(readLimits('loopback').ports, 'bound'),
    isRoot: process.getuid?.() === 0,
    laboratory: () => obstacle(() => requireLaboratory()),
    postfix: () => obstacle(() => requirePrograms(postfixPrograms())),
    ownServer: ownServerTraps,
  };
}

/** What a check that throws objects to. */
export function obstacle(check: () => void): Obstacle | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function readKernel(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** `Max open files  1024  4096  files`, or `unlimited` (man 5 proc). */
function readDescriptors(): Readings['descriptors'] {
  let limits = '';
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return {};
  }
  const [, soft, hard] = /^Max open files +(\S+) +(\S+)/m.exec(limits) ?? [];
  return { ...limited('soft', soft), ...limited('hard', hard) };
}

function limited(name: 'soft' | 'hard', value: string | undefined): Readings['descriptors'] {
  const number = Number(value);
  return Number.isFinite(number) ? { [name]: number } : {};
}
