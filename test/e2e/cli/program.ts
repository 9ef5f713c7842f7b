// Starts the built program as a user would, in a folder of its own, and gathers what it says.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { Result } from '../../../src/result/result.ts';

const CLI = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly exit: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** So far. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
}

export interface Options {
  readonly env?: NodeJS.ProcessEnv;
  /** Put before `node dist/cli.js`: another program that starts ours. */
  readonly before?: readonly string[];
  /** In a process group of its own, as a shell gives its job. */
  readonly ownGroup?: boolean;
}

/** A folder for a test file, gone after it. Scenarios, results and temporary files lie in it. */
export class Folder {
  path = '';
  private results = 0;

  constructor() {
    beforeAll(() => {
      this.path = mkdtempSync(join(tmpdir(), 'blowback-test-'));
      mkdirSync(join(this.path, 'tmp'));
    });
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** The program's TMPDIR. */
  get temporary(): string {
    return join(this.path, 'tmp');
  }

  file(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  /** A place for results that is not there yet. */
  out(): string {
    this.results += 1;
    return join(this.path, `out-${this.results}`);
  }

  start(args: readonly string[], { env, before = [], ownGroup = false }: Options = {}): Started {
    const [command = process.execPath, ...rest] = [...before, process.execPath, CLI, ...args];
    const child = spawn(command, rest, {
      cwd: this.path,
      detached: ownGroup,
      env: { ...process.env, TMPDIR: this.temporary, NO_COLOR: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ exit: code ?? signal, ...said }));
    });
    const { pid } = child;
    if (pid === undefined) throw new Error(`cannot start ${command}`);
    return { child, pid, said, ended };
  }

  run(args: readonly string[], options?: Options): Promise<Ended> {
    return this.start(args, options).ended;
  }
}

export function readResultIn(out: string): Result {
  return JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
}

export function codesOf(result: Result): string[] {
  return result.runs.flatMap((run) => run.warnings.map(({ code }) => code));
}

/** Waits for a state of the world that must come. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 1000) throw new Error(`never seen: ${what}`);
    await sleep(20);
  }
}

/** The result has at least one run in it, unfinished or not. */
export async function underWay(out: string): Promise<Result> {
  await until('a first partial result', () => readdirOf(out).includes('result.json'));
  return readResultIn(out);
}

function readdirOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Processes whose parent is `pid`, from /proc. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

export function isAlive(pid: number): boolean {
  return parentOf(pid) !== undefined;
}

/** Undefined for what has ended, a zombie included. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything; state and parent follow it (man 5 proc).
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
