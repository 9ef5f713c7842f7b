// What more worker threads bring.
import { availableParallelism } from 'node:os';
import type { Experiment } from '../measure/context.ts';
import { interleave } from '../measure/match.ts';
import { digits, type Row } from '../measure/row.ts';
import { median, pairwise } from '../measure/statistics.ts';
import type { Load } from '../measure/task.ts';

const WORKERS = [1, 2, 4];
const REPEATS = 3;
const LOAD: Load = { kind: 'mail', sessions: 20_000, atOnce: 100, messageBytes: 4096 };

export const workers: Experiment = {
  name: 'workers',
  needsSink: true,
  async run(context) {
    const { port } = await context.sink('lock-step');
    const play = (count: number) => () => context.playTask({ port, load: LOAD, workers: count });
    const runs = await interleave(
      context.few(REPEATS, 1),
      Object.fromEntries(WORKERS.map((count) => [String(count), play(count)])),
    );
    const cpu = (count: number) =>
      (runs[count] ?? []).map(({ cpuS }) => (cpuS * 1e6) / LOAD.sessions);
    const rate = (count: number) => (runs[count] ?? []).map(({ wallS }) => LOAD.sessions / wallS);
    return {
      title: 'Worker threads',
      method: [
        'Lock-step, 100 at once, 4 KB, from the start signal on.',
        `smtp-sink is one process and takes a core of the ${availableParallelism()} here.`,
      ].join(' '),
      rows: WORKERS.slice(1).flatMap((count): Row[] => [
        {
          what: `sessions/s, ${count} workers`,
          ours: digits(median(rate(count))),
          theirs: `1 worker ${digits(median(rate(1)))}`,
          figure: pairwise(rate(count), rate(1)),
        },
        {
          what: `CPU, ${count} workers`,
          ours: `${digits(median(cpu(count)))} µs`,
          theirs: `1 worker ${digits(median(cpu(1)))} µs`,
          figure: pairwise(cpu(count), cpu(1)),
        },
      ]),
    };
  },
};
