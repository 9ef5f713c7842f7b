// How punctual and how truthful the generator is: the lag of sessions behind their plan at shares of the
// peak rate, and what it measures against a server of known delays.
import { fileURLToPath } from 'node:url';
import { OVERLOAD } from '../../calibration/calibrate.ts';
import { startPacedServer } from '../../calibration/start-paced-server.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { startMeasured } from '../measure/processes.ts';
import { digits, type Row } from '../measure/row.ts';
import { spread } from '../measure/statistics.ts';
import type { Played } from '../measure/task.ts';

/** Of the rate that is held; up to 80 % a session starts within a millisecond. */
const SHARES = [0.02, 0.1, 0.5, 0.8];
const REPEATS = 5;
const LAG_LIMIT_MS = 1;
const DELAYS_MS = { banner: 50, rcpt: 120 };

export const accuracy: Experiment = {
  name: 'accuracy',
  needsSink: false,
  async run(context) {
    const rows = [...(await lags(context)), ...(await knownDelays(context))];
    return {
      title: 'Open loop: punctual, and truthful',
      method: [
        'Sessions come at a rate, whatever becomes of those before, to the paced server of the calibration, which is one',
        'process and refuses at RCPT. The peak is the rate that is held when more is asked than can be, the limit that',
        '`doctor` and `run` go by: 130 % of what 100 at once reach, a closed loop that is faster, for it has no more open',
        'than these. The lag at 80 % of that is shown as well, without a promise. The first two seconds warm up and do',
        'not count. Beside each: the share of the time in which the generator stood ready to run and others had its',
        'core, and the floor: how late a thread is here at the 99th percentile that does nothing but look at the clock,',
        'while every core has one. Below: a',
        `server that waits ${DELAYS_MS.banner} ms before its banner and ${DELAYS_MS.rcpt} ms before its reply to RCPT, 100 sessions/s.`,
      ].join('\n'),
      rows,
    };
  },
};

async function lags(context: Context): Promise<Row[]> {
  const server = await startPacedServer(0, 0);
  try {
    const floorMs = await floor(context);
    const at = (perSecond: number) => steadyRuns(context, server.port, perSecond);
    const closed = await closedLoopPeak(context, server.port);
    const asked = closed * OVERLOAD;
    const overloaded = await at(asked);
    const peak = spread(overloaded.map(sentPerSecond)).median;
    const rows: Row[] = [];
    for (const share of SHARES) {
      const what = `at ${share * 100} % of the peak`;
      rows.push(
        lagRow(await at(peak * share), { what, perSecond: peak * share, floorMs, promised: true }),
      );
    }
    const unpromised = { floorMs, promised: false };
    const fast = { ...unpromised, what: 'at 80 % of 100 at once', perSecond: closed * 0.8 };
    const beyond = { ...unpromised, what: 'beyond the peak', perSecond: asked };
    return [...rows, lagRow(await at(fast.perSecond), fast), lagRow(overloaded, beyond)];
  } finally {
    server.stop();
  }
}

/** Sessions a second with 100 at once. */
async function closedLoopPeak(context: Context, port: number): Promise<number> {
  const sessions = context.few(30_000, 5_000);
  const load = { kind: 'attack', sessions, atOnce: 100 } as const;
  const rates: number[] = [];
  for (let repeat = 0; repeat < context.few(REPEATS, 1); repeat += 1) {
    const { rejected, wallS } = await context.playTask({ port, load });
    rates.push(rejected / wallS);
  }
  return spread(rates).median;
}

async function steadyRuns(context: Context, port: number, perSecond: number): Promise<Played[]> {
  const load = { kind: 'steady', perSecond, seconds: context.few(4, 2) } as const;
  const runs: Played[] = [];
  for (let repeat = 0; repeat < context.few(REPEATS, 1); repeat += 1) {
    runs.push(await context.playTask({ port, load }));
  }
  return runs;
}

const sentPerSecond = (run: Played) => run.started / run.wallS;

interface Pace {
  readonly what: string;
  readonly perSecond: number;
  readonly floorMs: number;
  readonly promised: boolean;
}

function lagRow(runs: readonly Played[], { what, perSecond, floorMs, promised }: Pace): Row {
  const of = (pick: (run: Played) => number | null) =>
    spread(runs.map((run) => pick(run) ?? Number.NaN));
  const unsent = runs.reduce((sum, run) => sum + run.unsent, 0);
  const late = unsent > 0 ? `, ${unsent} never sent` : '';
  return {
    what: `start behind plan, p99, ${what}`,
    ours: `${digits(perSecond)}/s planned, ${digits(of(sentPerSecond).median)}/s started${late}; p50 ${digits(of((run) => run.lagP50Ms).median)} ms`,
    theirs: `floor ${digits(floorMs)} ms; kept from its core ${digits(100 * of((run) => run.runDelayShare).median)} %`,
    // Who starts fewer than were planned is not punctual, whatever those few show.
    figure: promised && unsent > 0 ? undefined : of((run) => run.lagP99Ms),
    unit: 'ms',
    ...(promised ? { limit: { atMost: LAG_LIMIT_MS } } : {}),
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
