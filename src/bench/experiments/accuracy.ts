// How punctual and how truthful the generator is: the lag of sessions behind their plan at shares of the
// peak rate, and what it measures against a server of known delays.
import { startPacedServer } from '../../calibration/start-paced-server.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { digits, type Row } from '../measure/row.ts';
import { spread } from '../measure/statistics.ts';

/** Of the peak; up to 80 % a session starts within a millisecond. */
const SHARES = [0.5, 0.8, 1.3];
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
        'process and refuses at RCPT. Then sessions come at a share of it, whatever becomes of those before. Below: a',
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
    const peak = await context.playTask({
      port,
      load: { kind: 'mail', sessions, atOnce: 100, messageBytes: 4096 },
    });
    const perSecond = peak.rejected / peak.wallS;
    const rows: Row[] = [];
    for (const share of SHARES) {
      rows.push(await lagAt(context, port, perSecond * share, share));
    }
    return rows;
  } finally {
    server.stop();
  }
}

async function lagAt(
  context: Context,
  port: number,
  perSecond: number,
  share: number,
): Promise<Row> {
  const seconds = context.few(5, 2);
  const { lagP50Ms, lagP99Ms, started, unsent, wallS } = await context.playTask({
    port,
    load: { kind: 'steady', perSecond, seconds },
  });
  const late = unsent > 0 ? `, ${unsent} never sent` : '';
  return {
    what: `start behind plan, p99, at ${share * 100} % of the peak`,
    ours: `${digits(perSecond)}/s planned, ${digits(started / wallS)}/s started${late}; p50 ${digits(lagP50Ms ?? Number.NaN)} ms`,
    figure: spread([lagP99Ms ?? Number.NaN]),
    unit: 'ms',
    ...(share <= LIMITED_TO ? { limit: { atMost: LAG_LIMIT_MS } } : {}),
  };
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
