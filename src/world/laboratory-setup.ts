// What the laboratory looks like from inside: one loopback interface with the target's address and
// eight million client addresses, no way out, no name server but ours (names/), and a tmpfs for everything temporary.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import { LABORATORY } from '../guard/guard.ts';
import { insideLaboratory, receiveSignals } from './laboratory.ts';
import { findProgram } from './programs.ts';

/**
 * Where the tmpfs is mounted. It must exist on the machine already, or an empty directory would be
 * left behind; no program and no result lies there; and the machine's own mail queue is out of
 * reach meanwhile.
 */
const SCRATCH_CANDIDATES = ['/var/spool/postfix', '/var/spool'];

/** The ceiling of listen backlogs, as the kernel has it; a target may lower it while it starts. */
export const SOMAXCONN = 4096;

/** The ports of each client address: a few large senders hold many of one address' in TIME_WAIT. */
export const LABORATORY_PORTS = [10_240, 65_535] as const;

const SYSTEM_LOG = '/dev/log';

/** Every laboratory has the same network settings, whatever the machine's own are. */
const KERNEL_SETTINGS: Readonly<Record<string, string>> = {
  'net/core/somaxconn': String(SOMAXCONN),
  // On, as on ordinary servers: a full SYN queue does not refuse, it answers with cookies.
  'net/ipv4/tcp_syncookies': '1',
  'net/ipv4/tcp_max_syn_backlog': '4096',
  'net/ipv4/ip_local_port_range': LABORATORY_PORTS.join(' '),
  // A full accept queue drops the client's ACK and lets it wait, as on ordinary servers.
  'net/ipv4/tcp_abort_on_overflow': '0',
};

/** The ceiling of the accept queues of listeners opened from now on. */
export function setSomaxconn(count: number): void {
  writeKernelSetting('net/core/somaxconn', String(count));
}

let scratch: string | undefined;

/** A directory on the laboratory's own tmpfs; gone with the laboratory. */
export function laboratoryScratch(): string {
  if (scratch === undefined) throw new Error('the laboratory is not set up');
  return scratch;
}

/** Run once, first thing in the re-executed program, before any address is used. */
export function setUpLaboratory(): void {
  // These steps would damage the machine's own network and mounts.
  if (!insideLaboratory()) throw new Error('setUpLaboratory outside a laboratory');
  receiveSignals();
  makeNetwork();
  for (const [name, value] of Object.entries(KERNEL_SETTINGS)) writeKernelSetting(name, value);
  const directory = SCRATCH_CANDIDATES.find((candidate) => existsSync(candidate));
  if (directory === undefined) {
    throw new UserError('no directory to mount the laboratory on', {
      exitCode: EXIT.environment,
      hint: `Create ${SCRATCH_CANDIDATES[1]}.`,
    });
  }
  run('mount', ['-t', 'tmpfs', '-o', 'mode=755,nosuid,nodev', 'blowback', directory]);
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);
  process.env['TMPDIR'] = temporary;
  sealNameLookups(directory);
  sealSystemLog(directory);
  scratch = directory;
}

function makeNetwork(): void {
  // A local route to a whole range (AnyIP) lets clients bind any of its addresses.
  const lines = [
    'link set lo up',
    `addr add ${LABORATORY.target}/32 dev lo`,
    `addr add ${LABORATORY.sink}/32 dev lo`,
    `addr add ${LABORATORY.behind}/32 dev lo`,
    `route add local ${LABORATORY.clients} dev lo`,
  ];
  run('ip', ['-batch', '-'], lines.join('\n'));
}

function writeKernelSetting(name: string, value: string): void {
  const file = `/proc/sys/${name}`;
  // A kernel that lacks one of them has no such limit per namespace either.
  if (existsSync(file)) writeFileSync(file, value);
}

/** A Unix socket as well: what programs say of themselves in a run is nothing for the machine's own log. */
function sealSystemLog(directory: string): void {
  if (!existsSync(SYSTEM_LOG)) return;
  const nobody = join(directory, 'no_log');
  writeFileSync(nobody, '');
  run('mount', ['--bind', nobody, realpathSync(SYSTEM_LOG)]);
}

/** Unix sockets pass a network namespace: without this, avahi or nscd would answer for names. */
function sealNameLookups(directory: string): void {
  const files: Record<string, string> = {
    '/etc/resolv.conf': `nameserver ${LABORATORY.names}\noptions timeout:1 attempts:1\n`,
    '/etc/hosts': '127.0.0.1 localhost\n',
  };
  if (existsSync('/etc/nsswitch.conf')) {
    const own = readFileSync('/etc/nsswitch.conf', 'utf8');
    files['/etc/nsswitch.conf'] = own.replace(/^hosts:.*$/m, 'hosts: files dns');
  }
  for (const [file, text] of Object.entries(files)) {
    // A dangling link or no file at all: the resolver then asks 127.0.0.1, which is ours as well.
    if (!existsSync(file)) continue;
    const copy = join(directory, file.replaceAll('/', '_'));
    writeFileSync(copy, text);
    run('mount', ['--bind', copy, realpathSync(file)]);
  }
}

function run(program: string, args: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(findProgram(program) ?? program, args, {
    input,
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new UserError(`the laboratory's ${program} failed: ${stderr?.trim() || error?.message}`, {
    exitCode: EXIT.environment,
    hint: 'A container may forbid this: start it with --privileged, or use a virtual machine.',
  });
}
