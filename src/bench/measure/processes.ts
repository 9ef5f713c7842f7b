// Starts programs, reads from outside what they cost, and ends them. All generators are measured alike:
// bash's `time` tells the CPU and wall time of a child from its start to its end, to the millisecond.
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Usage {
  readonly userS: number;
  readonly systemS: number;
  readonly wallS: number;
  /** What the program wrote to its standard output. */
  readonly output: string;
}

export interface Measured {
  readonly pid: number;
  /** @throws when the program fails, unless `end` was called. */
  readonly done: Promise<Usage>;
  end(): void;
}

const alive = new Set<number>();

/** Ends everything that was started here. */
export function endAll(): void {
  for (const pid of alive) signal(pid);
  alive.clear();
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

/** A program that is ended at the end of the bench at the latest. */
export function startCompanion(
  command: readonly string[],
  output: number,
): { readonly process: ChildProcess; end(): void } {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', output, 'inherit'] });
  const { pid } = child;
  if (pid !== undefined) alive.add(pid);
  child.once('exit', () => alive.delete(pid ?? 0));
  return { process: child, end: () => void child.kill() };
}

/** The child's own pid goes out on 4, what it says of errors to 3, and bash's `time` to 2. */
const WRAPPER = `"$@" 2>&3 3>&- 4>&- & echo $! >&4; exec 4>&-; TIMEFORMAT='%R %U %S'; time wait $!`;

const NOWHERE = openSync(devNull, 'w');

/** `quiet`: what it says on standard error is not shown. `folder`: where it runs, and may leave files. */
export async function startMeasured(
  command: readonly string[],
  quiet: boolean,
  folder?: string,
): Promise<Measured> {
  const bash = spawn('bash', ['-c', WRAPPER, 'bench', ...command], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe', quiet ? NOWHERE : process.stderr.fd, 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => bash.once('close', resolve));
  const output = text(bash.stdout as NodeJS.ReadableStream);
  const times = text(bash.stderr as NodeJS.ReadableStream);
  const pid = Number(await text(bash.stdio[4] as NodeJS.ReadableStream));
  alive.add(pid);
  let ended = false;
  const done = (async (): Promise<Usage> => {
    const code = await exited;
    alive.delete(pid);
    if (code !== 0 && !ended) throw new Error(`${command.join(' ')} ended with ${code}`);
    return { ...parseTimes(await times), output: await output };
  })();
  return {
    pid,
    done,
    end: () => {
      ended = true;
      signal(pid);
    },
  };
}

/** Bash may say before it that the child was terminated. */
export function parseTimes(said: string): Omit<Usage, 'output'> {
  const [wallS = Number.NaN, userS = Number.NaN, systemS = Number.NaN] =
    said.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { wallS, userS, systemS };
}

/** Bytes that a process has in memory; undefined where nobody tells, or it has ended. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb) * 1024;
  } catch {
    return undefined;
  }
}

/** Waits until a process has so many files open; false when it takes longer than `patienceMs`. */
export async function awaitDescriptors(
  pid: number,
  count: number,
  patienceMs: number,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 100) {
    if (readdirSync(`/proc/${pid}/fd`).length >= count) return true;
    await sleep(100);
  }
  return false;
}
