// The server that everybody sends to: one smtp-sink for all contenders, which counts what really came.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen, makeServer } from '../../guard/guard.ts';
import { startCompanion } from './processes.ts';

export const SMTP_SINK = '/usr/sbin/smtp-sink';

/** `lock-step` offers no PIPELINING, `pipelined` does, `rejecting` says no to RCPT and offers none. */
export type SinkKind = 'lock-step' | 'pipelined' | 'rejecting';

const OPTIONS: Readonly<Record<SinkKind, readonly string[]>> = {
  'lock-step': ['-p'],
  pipelined: [],
  rejecting: ['-f', 'rcpt'],
};
/** Sessions at once, and connections that wait to be taken. */
const SESSIONS = '20000';
const BACKLOG = '4096';
/** The counters are written on end: three times a session. */
const LOG_LIMIT_BYTES = 8_000_000;
const PATIENCE_MS = 2000;

export interface SinkCount {
  readonly sessions: number;
  readonly messages: number;
}

export interface Sink {
  readonly port: number;
  count(): SinkCount;
  /**
   * How many have come since `before`: waits for so many, but not for ever, since a generator may have
   * lost some.
   */
  countSince(before: SinkCount, what: keyof SinkCount, wanted: number): Promise<number>;
  end(): void;
}

export async function startSink(kind: SinkKind): Promise<Sink> {
  const port = await freePort();
  // Root must name a user.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const options = [...user, '-c', ...OPTIONS[kind], '-m', SESSIONS];
  const log = openNameless();
  const companion = startCompanion([SMTP_SINK, ...options, `127.0.0.1:${port}`, BACKLOG], log);
  await sleep(500);
  if (companion.process.exitCode !== null) throw new Error('smtp-sink did not start');
  let last: SinkCount = { sessions: 0, messages: 0 };
  const count = (): SinkCount => {
    last = parseCounters(readTail(log)) ?? last;
    return last;
  };
  const watch = setInterval(() => {
    count();
    if (fstatSync(log).size > LOG_LIMIT_BYTES) ftruncateSync(log);
  }, 500);
  return {
    port,
    count,
    async countSince(before, what, wanted) {
      const seen = () => count()[what] - before[what];
      for (let waitedMs = 0; seen() < wanted && waitedMs < PATIENCE_MS; waitedMs += 5) {
        await sleep(5);
      }
      return seen();
    },
    end() {
      clearInterval(watch);
      companion.end();
      closeSync(log);
    },
  };
}

async function freePort(): Promise<number> {
  const server = makeServer({}, () => undefined);
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A file for appending that is gone with its last user: a pipe would have to be read while others measure. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'blowback-bench-'));
  try {
    return openSync(join(folder, 'counters'), 'a+');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readTail(file: number): string {
  const buffer = Buffer.alloc(256);
  const from = Math.max(0, fstatSync(file).size - buffer.length);
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, from));
}

/** The last whole set of smtp-sink's running counters; undefined where there is none. */
export function parseCounters(said: string): SinkCount | undefined {
  const all = [...said.matchAll(/sess=(\d+) +quit=\d+ +mesg=(\d+) *\r/g)];
  const [, sessions, messages] = all.at(-1) ?? [];
  if (sessions === undefined) return undefined;
  return { sessions: Number(sessions), messages: Number(messages) };
}
