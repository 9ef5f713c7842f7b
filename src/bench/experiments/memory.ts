// Memory of sessions held open: against a server that answers until RCPT and then falls silent, the
// resident set of a process with many sessions, less that of one with a single session.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPacedServer } from '../../calibration/start-paced-server.ts';
import { descriptorLimit } from '../../world/descriptors.ts';
import { BLOWBACK, type Contender, type Job, SMTP_SOURCE } from '../measure/contenders.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { absence, interleave } from '../measure/match.ts';
import { awaitDescriptors, residentBytes, startMeasured } from '../measure/processes.ts';
import { digits, type Row } from '../measure/row.ts';
import { median, pairwise, spread } from '../measure/statistics.ts';

const HELD = 1_000;
const MANY = 20_000;
const REPEATS = 3;
/** Every session has come as far as the server lets it, and garbage of the start is collected or not. */
const SETTLE_MS = 1500;
/** Descriptors of a process beside its sessions. */
const OWN_DESCRIPTORS = 128;
const PATIENCE_MS = 30_000;

export const memory: Experiment = {
  name: 'memory',
  needsSink: false,
  async run(context) {
    const rows = existsSync('/proc/self/fd')
      ? [...(await perSession(context)), await manyHeld(context)]
      : [{ what: 'memory', note: 'needs /proc, which Linux has' }];
    return {
      title: 'Memory of open sessions',
      method: [
        `The resident set (VmRSS) of the process with so many sessions in mid-dialogue, ${SETTLE_MS / 1000} s after the last was opened, less that`,
        'of the same process with one. The kernel’s own buffers count for nobody.',
      ].join('\n'),
      rows,
    };
  },
};

async function perSession(context: Context): Promise<Row[]> {
  const what = `per session, ${HELD.toLocaleString('en')} at once`;
  const absent = absence(SMTP_SOURCE);
  const contenders = absent ? [BLOWBACK] : [BLOWBACK, SMTP_SOURCE];
  const growths = await interleave(
    context.few(REPEATS, 1),
    Object.fromEntries(
      contenders.map((contender) => [contender.name, () => growth(context, contender, HELD)]),
    ),
  );
  const per = (name: string) => (growths[name] ?? []).map((bytes) => bytes / (HELD - 1));
  const ours = per('blowback');
  const kb = (values: readonly number[]) => `${digits(median(values) / 1024)} KiB`;
  if (absent) return [{ what, ours: kb(ours), theirs: 'smtp-source', note: absent }];
  const theirs = per('smtp-source');
  const figure = pairwise(ours, theirs);
  return [
    { what, ours: kb(ours), theirs: `smtp-source ${kb(theirs)}`, figure, limit: { atMost: 0.1 } },
  ];
}

async function manyHeld(context: Context): Promise<Row> {
  const limit = descriptorLimit() ?? MANY;
  const held = Math.min(context.few(MANY, HELD), limit - OWN_DESCRIPTORS);
  const one = await heldBytes(context, BLOWBACK, 1);
  const bytes = await heldBytes(context, BLOWBACK, held);
  const row: Row = {
    what: `${held.toLocaleString('en')} held open: the whole process`,
    ours: `${digits((bytes - one) / held / 1024)} KiB each, above ${digits(one / 1e6)} MB with one`,
    figure: spread([bytes / 1e6]),
    unit: 'MB',
    limit: { atMost: 200 },
  };
  if (held >= MANY || context.quick) return row;
  return { ...row, note: `the limit of descriptors is ${limit.toLocaleString('en')} here` };
}

/** Bytes by which a process with so many sessions is larger than with one. */
async function growth(context: Context, contender: Contender, sessions: number): Promise<number> {
  const one = await heldBytes(context, contender, 1);
  return (await heldBytes(context, contender, sessions)) - one;
}

async function heldBytes(
  context: Context,
  contender: Contender,
  sessions: number,
): Promise<number> {
  const server = await startPacedServer(0, -1);
  const job: Job = {
    port: server.port,
    sessions,
    atOnce: sessions,
    messageBytes: 4096,
    rejected: false,
    folder: context.folder,
  };
  const run = await startMeasured(contender.command(job), contender.noisy ?? false);
  try {
    const isHeld = await awaitDescriptors(run.pid, sessions, PATIENCE_MS);
    await sleep(SETTLE_MS);
    const bytes = residentBytes(run.pid);
    if (!isHeld || bytes === undefined)
      throw new Error(`${contender.name} holds no ${sessions} sessions`);
    return bytes;
  } finally {
    run.end();
    await run.done;
    server.stop();
  }
}
