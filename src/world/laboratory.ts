// The way into the laboratory: this program re-executes itself once inside a network, a mount table
// and a process tree of its own. When the outer process dies, by whatever signal, the kernel ends
// all that is inside. What the inside looks like: laboratory-setup.ts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { EXIT, UserError } from '../errors.ts';
import { type Program, programPath, requirePrograms } from './programs.ts';
import { AS_ROOT_OF_ITS_OWN, refusal, requireUserNamespace } from './user-namespace.ts';

/** Holds the outer process' namespaces, so that a value set by hand cannot pass for the real thing. */
const MARKER = 'BLOWBACK_LABORATORY';

const SETPRIV: Program = { name: 'setpriv', debianPackage: 'util-linux' };
const LABORATORY_PROGRAMS: readonly Program[] = [
  SETPRIV,
  { name: 'unshare', debianPackage: 'util-linux' },
  { name: 'mount', debianPackage: 'mount' },
  { name: 'ip', debianPackage: 'iproute2' },
  { name: 'ss', debianPackage: 'iproute2' },
];

/**
 * outer (node) ── setpriv, becomes unshare ── sh, pid 1 inside ── inner (node) ── mail server …
 * SIGKILL of any of the first three ends those to its right: pdeathsig, --kill-child, pid 1's end.
 */
function entrance(): readonly string[] {
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const user = isRoot() ? [] : AS_ROOT_OF_ITS_OWN;
  return ['--pdeathsig', 'KILL', '--', 'unshare', ...user, ...namespaces, '--'];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** A shell as pid 1 reaps orphans, which Node cannot, and leaves the inner program its signals. */
const FIRST_PROCESS = ['sh', '-c', '"$@"; exit $?', 'sh'];

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type PassedOn = (typeof PASSED_ON)[number];

function isPassedOn(message: unknown): message is PassedOn {
  return PASSED_ON.some((signal) => signal === message);
}

function namespaces(): string {
  return `${readlinkSync('/proc/self/ns/net')} ${readlinkSync('/proc/self/ns/mnt')}`;
}

/** True in the re-executed program: it has a network and a mount table that its parent has not. */
export function insideLaboratory(): boolean {
  const outer = process.env[MARKER];
  if (outer === undefined) return false;
  const [net, mnt] = namespaces().split(' ');
  const [outerNet, outerMnt] = outer.split(' ');
  return outerMnt !== undefined && net !== outerNet && mnt !== outerMnt;
}

/**
 * Why this machine cannot open a laboratory; returns quietly when it can.
 * @throws UserError (3) with the mend.
 */
export function requireLaboratory(programs: readonly Program[] = []): void {
  if (process.platform !== 'linux') {
    throw new UserError(`a laboratory needs Linux; this is ${process.platform}`, {
      exitCode: EXIT.environment,
      hint: 'The embedded target runs everywhere: --target embedded',
    });
  }
  requirePrograms([...LABORATORY_PROGRAMS, ...programs]);
  if (!isRoot()) requireUserNamespace();
  const trial = spawnSync(programPath(SETPRIV), [...entrance(), 'true'], { encoding: 'utf8' });
  if (trial.status !== 0) {
    if (!isRoot()) throw refusal(trial.stderr.trim());
    throw new UserError(`the kernel refuses a laboratory: ${trial.stderr.trim()}`, {
      exitCode: EXIT.environment,
      hint: 'In a container, namespaces and mounts must be allowed: start it with --privileged, or use a virtual machine.',
    });
  }
}

/**
 * Runs this program once more inside a laboratory, and resolves with its exit code when it has
 * ended and cleaned up. Passes SIGINT, SIGTERM and SIGHUP on.
 * @param args the script and its arguments, as in `process.argv.slice(1)`
 * @throws UserError (3) when this machine cannot open one.
 */
export async function enterLaboratory(
  args: readonly string[],
  programs: readonly Program[] = [],
): Promise<number> {
  requireLaboratory(programs);
  const inner = [process.execPath, ...process.execArgv, ...args];
  const child = spawn(programPath(SETPRIV), [...entrance(), ...FIRST_PROCESS, ...inner], {
    // A session of its own: the terminal's Ctrl-C must arrive once, by the channel, not twice.
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [MARKER]: namespaces() },
  });
  const stop = passSignalsOn(child);
  try {
    return await exitCodeOf(child);
  } finally {
    stop();
  }
}

/** Over the channel a signal waits until the inner program listens; sent by kill it could be lost. */
function passSignalsOn(child: ChildProcess): () => void {
  const pass = (signal: NodeJS.Signals) => {
    // The inner program may have ended meanwhile: then there is nobody left to tell.
    if (child.connected) child.send(signal, () => undefined);
  };
  for (const signal of PASSED_ON) process.on(signal, pass);
  return () => {
    for (const signal of PASSED_ON) process.off(signal, pass);
  };
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/** Inside: hands the outer process' signals to this program's own handlers, early ones included. */
export function receiveSignals(): void {
  process.on('message', (message: unknown) => {
    if (!isPassedOn(message)) return;
    if (!process.emit(message, message)) process.exit(128 + constants.signals[message]);
  });
  // Listening for signals must not keep the program alive.
  process.channel?.unref();
}
