// How punctual and how truthful the generator is: the lag of sessions behind their plan at shares of the
// peak rate, and what it measures against a server of known delays.
import { fileURLToPath } from 'node:url';
import { startPacedServer } from '../../calibration/start-paced-server.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { startMeasured } from '../measure/processes.ts';
import { digits, type Row } from '../measure/row.ts';
import { spread } from '../measure/statistics.ts';
import type { Played } from '../measure/task.ts';

/** Of the peak; up to 80 % a session starts within a millisecond. */
const SHARES = [0.02, 0.1, 0.5, 0.8, 1.3];
const REPEATS = 5;
const PEAK_REPEATS = 3;
const LAG_LIMIT_MS = 1;
const LIMITED_TO = 0.8;
const DELAYS_MS = { banner: 50, rcpt: 120 };

export const accuracy: Experiment = {
  name: 'accuracy',
  needsSink: false,
  async run(context) {
    const rows = [...(await lags(context)), ...(await knownDelays(context))];
    return {
      title: 'Open loop: punctual, and truthful',
      method: [
        'The peak is what a closed loop of 100 at once reaches against the paced server of the calibration, which is one',
        'process and refuses at RCPT. Then sessions come at a share of it, whatever becomes of those before; the first two',
        'seconds warm up and do not count. Beside them the floor: how late a thread is here at the 99th percentile that',
        'does nothing but look at the clock, while every core has one. Below: a',
        `server that waits ${DELAYS_MS.banner} ms before its banner and ${DELAYS_MS.rcpt} ms before its reply to RCPT, 100 sessions/s.`,
      ].join('\n'),
      rows,
    };
  },
};

async function lags(context: Context): Promise<Row[]> {
  const server = await startPacedServer(0, 0);
  try {
    const { port } = server;
    const sessions = context.few(30_000, 5_000);
    const peaks: number[] = [];
    for (let repeat = 0; repeat < context.few(PEAK_REPEATS, 1); repeat += 1) {
      const load = { kind: 'mail', sessions, atOnce: 100, messageBytes: 4096 } as const;
      const { rejected, wallS } = await context.playTask({ port, load });
      peaks.push(rejected / wallS);
    }
    const perSecond = spread(peaks).median;
    const floorMs = await floor(context);
    const rows: Row[] = [];
    for (const share of SHARES) {
      rows.push(await lagAt(context, { port, perSecond: perSecond * share, share, floorMs }));
    }
    return rows;
  } finally {
    server.stop();
  }
}

interface Pace {
  readonly port: number;
  readonly perSecond: number;
  readonly share: number;
  readonly floorMs: number;
}

async function lagAt(context: Context, { port, perSecond, share, floorMs }: Pace): Promise<Row> {
  const load = { kind: 'steady', perSecond, seconds: context.few(4, 2) } as const;
  const runs: Played[] = [];
  for (let repeat = 0; repeat < context.few(REPEATS, 1); repeat += 1) {
    runs.push(await context.playTask({ port, load }));
  }
  const of = (pick: (run: Played) => number | null) =>
    spread(runs.map((run) => pick(run) ?? Number.NaN));
  const unsent = runs.reduce((sum, run) => sum + run.unsent, 0);
  const late = unsent > 0 ? `, ${unsent} never sent` : '';
  const started = of((run) => run.started / run.wallS).median;
  return {
    what: `start behind plan, p99, at ${share * 100} % of the peak`,
    ours: `${digits(perSecond)}/s planned, ${digits(started)}/s started${late}; p50 ${digits(of((run) => run.lagP50Ms).median)} ms`,
    theirs: `floor ${digits(floorMs)} ms`,
    // Who starts fewer than were planned is not punctual, whatever those few show.
    figure: share <= LIMITED_TO && unsent > 0 ? undefined : of((run) => run.lagP99Ms),
    unit: 'ms',
    ...(share <= LIMITED_TO ? { limit: { atMost: LAG_LIMIT_MS } } : {}),
  };
}

async function floor(context: Context): Promise<number> {
  const program = fileURLToPath(new URL('../stall.js', import.meta.url));
  const run = await startMeasured([process.execPath, program, String(context.few(4, 2))], false);
  return (JSON.parse((await run.done).output) as { p99Ms: number }).p99Ms;
}

async function knownDelays(context: Context): Promise<Row[]> {
  const server = await startPacedServer(DELAYS_MS.banner, DELAYS_MS.rcpt);
  try {
    const load = { kind: 'steady', perSecond: 100, seconds: context.few(5, 2) } as const;
    const { bannerP50Ms, rcptP50Ms } = await context.playTask({ port: server.port, load });
    const row = (what: string, measured: number | null, realMs: number): Row => ({
      what: `${what}, p50, measured beside real`,
      ours: `${digits(measured ?? Number.NaN)} ms`,
      theirs: `real ${realMs} ms`,
      figure: spread([(measured ?? Number.NaN) / realMs]),
    });
    return [
      row('time to the banner', bannerP50Ms, DELAYS_MS.banner),
      row('time to the reply to RCPT', rcptP50Ms, DELAYS_MS.rcpt),
    ];
  } finally {
    server.stop();
  }
}
