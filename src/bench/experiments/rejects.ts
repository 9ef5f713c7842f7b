// How many unknown recipients the embedded target refuses, and what that takes of its core: were it
// slower than a storm of the library, a run would compare its limits and not its tunings.
import { makeMailboxes } from '../../plan/mailboxes.ts';
import { embedded } from '../../target/embedded/embedded.ts';
import type { RunningTarget, Site } from '../../target/target.ts';
import { SMTP_SOURCE } from '../measure/contenders.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { startMeasured } from '../measure/processes.ts';
import { digits, type Row } from '../measure/row.ts';
import { median, spread } from '../measure/statistics.ts';
import type { Played } from '../measure/task.ts';

const PER_SECOND = 2000;
const RATE = PER_SECOND.toLocaleString('en');
/** One core's time for each of so many. */
const MOST_US = 1e6 / PER_SECOND;
const REPEATS = 5;
const SESSIONS = 10_000;
/** Before any of it is measured, its code is compiled. */
const WARM_SESSIONS = 5000;
const AT_ONCE = 100;
const STEADY_S = 8;

const MAILBOXES = 200;
const DOMAIN = 'xman.test';
const SITE: Site = {
  tuning: { workers: 1000, acceptQueue: 4096 },
  domain: DOMAIN,
  victim: `jslopez@${DOMAIN}`,
  recipients: makeMailboxes(1, MAILBOXES, DOMAIN),
  compress: 1,
  client: 'address',
  // Nothing is taken, and nobody delivers.
  sink: { host: '127.0.0.1', port: 9 },
};

/** What a load was to the server. */
interface Toll {
  readonly cpuUs: number;
  readonly perSecond: number;
}

interface Measured {
  /** Of smtp-source, by repeat. */
  readonly tolls: readonly Toll[];
  readonly steady: Played;
  readonly steadyCpuS: number;
  /** Rejects that the server must have counted in the end. */
  readonly rejected: number;
}

export const rejects: Experiment = {
  name: 'rejects',
  // smtp-source comes with it.
  needsSink: true,
  async run(context) {
    const target = await embedded.start(SITE);
    const measured = await measure(context, target).catch(async (cause: unknown) => {
      await target.stop();
      throw cause;
    });
    const { rcptRejects = {} } = await target.stop();
    if (rcptRejects['550'] !== measured.rejected) {
      throw new Error(
        `${measured.rejected} rejects were sent for, the target counted ${rcptRejects['550']}`,
      );
    }
    return {
      title: 'Rejects of the embedded target',
      method: [
        `An unknown recipient in a table of ${MAILBOXES}, the default tuning but for ${SITE.tuning.workers} workers; CPU of the target's whole`,
        `process. smtp-source with ${AT_ONCE} at once takes what it gets; our generator keeps to ${RATE} a second. The targets`,
        'are those of one core; generator and target share the machine.',
      ].join('\n'),
      rows: rowsOf(measured),
    };
  },
};

async function measure(context: Context, target: RunningTarget): Promise<Measured> {
  const { port } = target.address;
  const warm = context.few(WARM_SESSIONS, 1000);
  const sessions = context.few(SESSIONS, 2000);
  const repeats = context.few(REPEATS, 1);
  await fire(context, port, warm);
  const tolls: Toll[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const before = await cpuS(target);
    const wallS = await fire(context, port, sessions);
    const usedS = (await cpuS(target)) - before;
    tolls.push({ cpuUs: (usedS * 1e6) / sessions, perSecond: sessions / wallS });
  }
  const before = await cpuS(target);
  const seconds = context.few(STEADY_S, 1);
  const load = { kind: 'steady', perSecond: PER_SECOND, seconds } as const;
  const steady = await context.playTask({ port, load });
  const steadyCpuS = (await cpuS(target)) - before;
  return { tolls, steady, steadyCpuS, rejected: warm + repeats * sessions + steady.rejected };
}

function rowsOf({ tolls, steady, steadyCpuS }: Measured): Row[] {
  const due = steady.started + steady.unsent;
  const perSecond = tolls.map((toll) => toll.perSecond);
  return [
    {
      what: `CPU per reject, smtp-source, ${AT_ONCE} at once`,
      ours: `${digits(median(perSecond))} rejects/s`,
      figure: spread(tolls.map((toll) => toll.cpuUs)),
      unit: 'µs',
      limit: { atMost: MOST_US },
    },
    {
      what: `CPU per reject, ${RATE} a second due`,
      ours: `reply to RCPT p50 ${digits(steady.rcptP50Ms ?? Number.NaN)} ms, send lag p99 ${digits(steady.lagP99Ms ?? Number.NaN)} ms`,
      figure: spread([(steadyCpuS * 1e6) / steady.rejected]),
      unit: 'µs',
      limit: { atMost: MOST_US },
    },
    {
      what: `rejected of what was due, ${RATE} a second`,
      ours: `${steady.rejected.toLocaleString('en')} of ${due.toLocaleString('en')}`,
      figure: spread([(steady.rejected / due) * 100]),
      unit: '%',
      limit: { atLeast: 99.9 },
    },
  ];
}

/** Sends by smtp-source. Answers the seconds that it took. */
async function fire({ folder }: Context, port: number, sessions: number): Promise<number> {
  const job = { port, sessions, atOnce: AT_ONCE, messageBytes: 1024, rejected: true, folder };
  const run = await startMeasured(SMTP_SOURCE.command(job), true, folder);
  return (await run.done).wallS;
}

async function cpuS(target: RunningTarget): Promise<number> {
  const { cpuS: used } = await target.sample();
  if (used === undefined) throw new Error('the embedded target does not tell its CPU time');
  return used;
}
