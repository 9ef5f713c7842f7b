// Whether a run gets dearer as it gets longer: CPU per session and memory from a thousand to a million
// sessions of an attack.
import type { Context, Experiment } from '../measure/context.ts';
import { digits, type Row } from '../measure/row.ts';
import { slope, spread } from '../measure/statistics.ts';
import type { Played } from '../measure/task.ts';

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const QUICK_SIZES = [1_000, 10_000];
/** Against this the others are held: a thousand sessions are over before the code is compiled. */
const BASE = 10_000;
const READINGS_EVERY = 50_000;
/** One object kept per session would cost some 50 bytes. */
const FLAT_BYTES = 10;

export const growth: Experiment = {
  name: 'growth',
  needsSink: true,
  async run(context) {
    const { port } = await context.sink('rejecting');
    const runs = new Map<number, Played>();
    for (const sessions of context.quick ? QUICK_SIZES : SIZES) {
      const load = { kind: 'attack', sessions, atOnce: 100 } as const;
      const rssEvery = Math.min(READINGS_EVERY, sessions / 2);
      runs.set(sessions, await context.playTask({ port, load, rssEvery }));
    }
    return {
      title: 'Growth with the number of sessions in one run',
      method: [
        'Bounces refused at RCPT, 100 at once, recorded; CPU from the start signal on. Legitimate messages are kept one by',
        'one in the ledger, attacks are only counted. The slope is the median of those between all readings of the',
        `resident set, one each ${READINGS_EVERY.toLocaleString('en')} sessions from the first such on.`,
      ].join('\n'),
      rows: rowsOf(runs, context),
    };
  },
};

function rowsOf(runs: ReadonlyMap<number, Played>, context: Context): Row[] {
  const cpuUs = (sessions: number): number =>
    ((runs.get(sessions)?.cpuS ?? Number.NaN) * 1e6) / sessions;
  const rows = [...runs].map(([sessions, { rssBytes, wallS }]): Row => {
    const mb = (rssBytes.at(-1) ?? Number.NaN) / 1e6;
    return {
      what: `CPU, ${sessions.toLocaleString('en')} sessions`,
      ours: `${digits(cpuUs(sessions))} µs, ${digits(mb)} MB, ${digits(wallS)} s`,
      theirs: `${BASE.toLocaleString('en')} sessions ${digits(cpuUs(BASE))} µs`,
      figure: spread([cpuUs(sessions) / cpuUs(BASE)]),
    };
  });
  return context.quick ? rows : [...rows, flatness(runs)];
}

/** Memory of the longest run, after the first 50,000. */
function flatness(runs: ReadonlyMap<number, Played>): Row {
  const readings = runs.get(Math.max(...runs.keys()))?.rssBytes ?? [];
  const points = readings.map((bytes, i) => [(i + 1) * READINGS_EVERY, bytes] as const);
  const mb = readings.map((bytes) => bytes / 1e6);
  return {
    what: 'memory per further session',
    ours: `${digits(mb[0] ?? Number.NaN)} MB after the first, ${digits(Math.max(...mb))} at most, ${digits(mb.at(-1) ?? Number.NaN)} at the end`,
    figure: spread([slope(points)]),
    unit: 'bytes',
    limit: { atMost: FLAT_BYTES },
  };
}
