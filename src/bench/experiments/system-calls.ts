// How often the kernel is called per session: below that no generator comes that opens a connection for
// each message.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BLOWBACK, type Contender, SMTP_SOURCE } from '../measure/contenders.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { absence, play } from '../measure/match.ts';
import type { Row } from '../measure/row.ts';
import { digits } from '../measure/row.ts';
import type { SinkKind } from '../measure/sink.ts';
import { spread } from '../measure/statistics.ts';
import {
  type Calls,
  callsPerSession,
  describeCalls,
  parseCalls,
  totalOf,
} from '../measure/system-calls.ts';

const STRACE = '/usr/bin/strace';
const SHORT = 1_000;
const LONG = 4_000;
const CASES: readonly {
  readonly what: string;
  readonly sink: SinkKind;
  readonly other?: Contender;
}[] = [
  { what: 'lock-step', sink: 'lock-step', other: SMTP_SOURCE },
  { what: 'pipelined', sink: 'pipelined' },
  { what: 'refused at RCPT', sink: 'rejecting', other: SMTP_SOURCE },
];

export const systemCalls: Experiment = {
  name: 'system-calls',
  needsSink: true,
  async run(context) {
    const rows: Row[] = [];
    if (existsSync(STRACE)) {
      for (const one of CASES) rows.push(...(await rowsOf(context, one)));
    } else {
      rows.push({
        what: 'system calls',
        note: 'strace is not installed: `apt-get install strace`',
      });
    }
    return {
      title: 'System calls per session',
      method: `\`strace -c -f\`, all threads, 100 at once, 4 KB: a run of ${LONG} sessions less one of ${SHORT}, so that starting costs nothing.`,
      rows,
    };
  },
};

async function rowsOf(
  context: Context,
  { what, sink, other }: (typeof CASES)[number],
): Promise<Row[]> {
  const ours = await perSession(context, BLOWBACK, sink);
  const note = other && absence(other);
  const theirs = other && !note ? await perSession(context, other, sink) : undefined;
  const own: Row = { what, ours: countText(ours), ...(note ? { note } : {}) };
  if (!theirs) return [own];
  const figure = spread([totalOf(ours) / totalOf(theirs)]);
  return [{ ...own, theirs: `smtp-source ${countText(theirs)}`, figure }];
}

function countText(calls: Calls): string {
  return `${digits(totalOf(calls))}: ${describeCalls(calls)}`;
}

async function perSession(context: Context, contender: Contender, kind: SinkKind): Promise<Calls> {
  const sink = await context.sink(kind);
  const file = join(context.folder, 'calls');
  const traced: Contender = {
    ...contender,
    command: (job) => [STRACE, '-c', '-f', '-o', file, ...contender.command(job)],
  };
  const count = async (sessions: number): Promise<Calls> => {
    const job = { sessions, atOnce: 100, messageBytes: 4096, folder: context.folder };
    await play(traced, { ...job, rejected: kind === 'rejecting' }, sink);
    return parseCalls(readFileSync(file, 'utf8'));
  };
  const short = await count(SHORT);
  return callsPerSession(await count(LONG), short, LONG - SHORT);
}
