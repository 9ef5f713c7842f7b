// One program that serves a port on loopback: started, waited for, ended by its own pid.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../../errors.ts';
import { dial } from '../../../guard/guard.ts';
import { endProcess } from '../../../world/end-process.ts';
import { until } from '../probe.ts';

const START_DEADLINE_MS = 15_000;

interface DaemonOptions {
  /** For messages, and for the name of its log. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly directory: string;
}

export interface Daemon {
  readonly pid: number;
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

/** Comes back when its port takes connections. @throws UserError (3) with its last words. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, program, args, port, directory } = options;
  const log = join(directory, `${name}.log`);
  const output = openSync(log, 'a');
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', output, output] });
  closeSync(output);
  let stopping = false;
  let ended: string | undefined;
  const died = new Promise<string>((resolve) => {
    const tell = (how: string) => {
      ended = `${name} ended by itself (${how})${lastWords(log)}`;
      if (!stopping) resolve(ended);
    };
    child.once('error', (error) => tell(error.message));
    child.once('exit', (code, signal) => tell(signal ?? `code ${code}`));
  });
  const stop = () => {
    stopping = true;
    return endProcess(child);
  };
  const up = await until(START_DEADLINE_MS, 10, async () => {
    if (ended !== undefined || (await answers(port))) return true;
    return undefined;
  });
  if (up && ended === undefined) return { pid: child.pid ?? 0, died, stop };
  await stop();
  throw new UserError(`${name} does not start: ${ended ?? `no answer on port ${port}`}`, {
    exitCode: EXIT.environment,
  });
}

async function answers(port: number): Promise<boolean> {
  const socket = dial({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function lastWords(log: string): string {
  const words = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  return words === '' ? '' : `: ${words}`;
}
