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

/**
 * A shell as pid 1 reaps orphans, which Node cannot, and leaves the inner program its signals. What
 * those before it have to say comes by a pipe; the inner program has the real standard error.
 */
const FIRST_PROCESS = ['sh', '-c', '"$@" 2>&4 4>&-; exit $?', 'sh'];
/** Descriptor 3 is the channel, 4 what the shell makes the inner program's standard error of. */
const STDIO = ['inherit', 'inherit', 'pipe', 'ipc', 2] as const;

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
  requireMeans(programs);
  const trial = spawnSync(programPath(SETPRIV), [...entrance(), 'true'], { encoding: 'utf8' });
  if (trial.status !== 0) throw refusedBecause(trial.stderr.trim());
}

/** The programs and rights that one needs, without opening one. @throws UserError (3) with the mend. */
export function requireMeans(programs: readonly Program[] = []): void {
  if (process.platform !== 'linux') {
    throw new UserError(`a laboratory needs Linux; this is ${process.platform}`, {
      exitCode: EXIT.environment,
      hint: 'The embedded target runs everywhere: --target embedded',
    });
  }
  requirePrograms([...LABORATORY_PROGRAMS, ...programs]);
  if (!isRoot()) requireUserNamespace();
}

function refusedBecause(said: string): UserError {
  if (!isRoot()) return refusal(said);
  return new UserError(`the kernel refuses a laboratory: ${said}`, {
    exitCode: EXIT.environment,
    hint: 'In a container, namespaces and mounts must be allowed: start it with --privileged, or use a virtual machine.',
  });
}

/** A laboratory with this program in it once more. */
export interface Laboratory {
  /** What the program inside awaits with receiveErrand(): plain data. */
  send(errand: unknown): void;
  /**
   * The exit code of the program inside, when it has ended and cleaned up.
   * @throws UserError (3) when the kernel refuses such a laboratory.
   */
  ended(): Promise<number>;
  /** Ends what is inside where it stands. */
  close(): void;
}

/**
 * Runs this program once more inside a laboratory. Passes SIGINT, SIGTERM and SIGHUP on.
 * @param args the script and its arguments, as in `process.argv.slice(1)`
 * @throws UserError (3) when this machine has not what one needs.
 */
export function openLaboratory(args: readonly string[]): Laboratory {
  requireMeans();
  const inner = [process.execPath, ...process.execArgv, ...args];
  const child = spawn(programPath(SETPRIV), [...entrance(), ...FIRST_PROCESS, ...inner], {
    // A session of its own: the terminal's Ctrl-C must arrive once, by the channel, not twice.
    detached: true,
    // Of an errand nothing is lost: what is undefined or infinite stays so.
    serialization: 'advanced',
    stdio: [...STDIO],
    env: { ...process.env, [MARKER]: namespaces() },
  });
  const ended = endOf(child);
  // Whoever opened it may have a more important error to tell.
  ended.catch(() => undefined);
  return {
    // What has ended meanwhile says why by its end.
    send: (errand) => void (child.connected && child.send({ errand }, () => undefined)),
    ended: () => ended,
    close: () => void child.kill('SIGKILL'),
  };
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

async function endOf(child: ChildProcess): Promise<number> {
  const stop = passSignalsOn(child);
  let said = '';
  let isOpen = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.once('message', () => {
    isOpen = true;
  });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      // When all that was said has been read.
      child.once('close', (code, signal) => {
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
      });
    });
    if (!isOpen && said !== '') throw refusedBecause(said.trim());
    return code;
  } finally {
    stop();
  }
}

const AGREED = 'inside';
let errand: Promise<unknown> | undefined;

/** Inside: hands the outer process' signals to this program's own handlers, early ones included. */
export function receiveSignals(): void {
  errand ??= listen();
}

function listen(): Promise<unknown> {
  return new Promise((resolve) => {
    process.on('message', (message: unknown) => {
      if (isErrand(message)) resolve(message.errand);
      if (!isPassedOn(message)) return;
      if (!process.emit(message, message)) process.exit(128 + constants.signals[message]);
    });
    process.send?.(AGREED, () => undefined);
    // Listening for signals must not keep the program alive.
    process.channel?.unref();
  });
}

function isErrand(message: unknown): message is { readonly errand: unknown } {
  return typeof message === 'object' && message !== null && 'errand' in message;
}

/** Inside: what the outer process sends. Signals are handed on from then on. */
export async function receiveErrand(): Promise<unknown> {
  receiveSignals();
  // Until it has come there may be nothing else to live for.
  process.channel?.ref();
  const received = await errand;
  process.channel?.unref();
  return received;
}
