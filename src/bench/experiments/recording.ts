// What recording costs: the same load with outcome rows written, handed over and entered, and without.
import type { Experiment } from '../measure/context.ts';
import { interleave } from '../measure/match.ts';
import { digits } from '../measure/row.ts';
import { median, pairwise } from '../measure/statistics.ts';
import type { Load } from '../measure/task.ts';

/** Many pairs of long runs: what is sought is smaller than what warming up and a machine's moods make of it. */
const REPEATS = 8;
const LOAD: Load = { kind: 'mail', sessions: 30_000, atOnce: 100, messageBytes: 4096 };

export const recording: Experiment = {
  name: 'recording',
  needsSink: true,
  async run(context) {
    const { port } = await context.sink('lock-step');
    const cpuUs = async (isRecording: boolean): Promise<number> => {
      const { cpuS } = await context.playTask({ port, load: LOAD, recording: isRecording });
      return (cpuS * 1e6) / LOAD.sessions;
    };
    const { on, off } = await interleave(context.few(REPEATS, 2), {
      on: () => cpuUs(true),
      off: () => cpuUs(false),
    });
    return {
      title: 'What recording costs',
      method: [
        'CPU per session from the start signal on, both threads, in lock-step, 100 at once, 4 KB: with every outcome in',
        'counters, histograms, time line and ledger, and with none. Each repeat is a pair.',
      ].join('\n'),
      rows: [
        {
          what: `CPU added by recording (${on.length} pairs)`,
          ours: `${digits(median(on))} µs`,
          theirs: `without ${digits(median(off))} µs`,
          figure: pairwise(on, off, (a, b) => (a / b - 1) * 100),
          unit: '%',
          limit: { atMost: 5 },
        },
      ],
    };
  },
};
