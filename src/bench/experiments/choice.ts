// What it costs to choose who sends what, and to remember who is busy.
import { fileURLToPath } from 'node:url';
import type { Experiment } from '../measure/context.ts';
import { startMeasured } from '../measure/processes.ts';
import { spread } from '../measure/statistics.ts';

const SOURCES = 130_000;

export const choice: Experiment = {
  name: 'choice',
  needsSink: false,
  async run(context) {
    const program = fileURLToPath(new URL('../choose.js', import.meta.url));
    const sessions = context.few(300_000, 30_000);
    const run = await startMeasured(
      [process.execPath, '--expose-gc', program, String(SOURCES), String(sessions)],
      false,
    );
    const { output } = await run.done;
    const { usPerSession, bytes } = JSON.parse(output) as { usPerSession: number; bytes: number };
    return {
      title: 'Choosing who sends what',
      method:
        'No network: a host, its address, limit and schedule, and its message, of every dialect.',
      rows: [
        {
          what: 'choice of a session',
          figure: spread([usPerSession]),
          unit: 'µs',
          limit: { atMost: 10 },
        },
        {
          what: `${SOURCES.toLocaleString('en')} sources, all busy`,
          figure: spread([bytes / 1e6]),
          unit: 'MB',
          limit: { atMost: 100 },
        },
      ],
    };
  },
};
