// What every experiment is given: the sinks, a folder, and how much to do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMeasured, type Usage } from './processes.ts';
import type { Section } from './row.ts';
import { type Sink, type SinkKind, startSink } from './sink.ts';
import type { Played, Task } from './task.ts';
import { playCommand } from './task.ts';

export interface Context {
  readonly quick: boolean;
  /** Gone at the end. */
  readonly folder: string;
  /** Fewer of anything for a smoke run. */
  few(count: number, quick: number): number;
  /** Started at its first use, and the same for the whole run. */
  sink(kind: SinkKind): Promise<Sink>;
  /** One load of our own, with what it says of itself and what it costs as a whole. */
  playTask(task: Task): Promise<Played & { readonly usage: Usage }>;
  end(): void;
}

export interface Experiment {
  readonly name: string;
  /** Whether it needs a sink, which comes with Postfix. */
  readonly needsSink: boolean;
  run(context: Context): Promise<Section>;
}

export function makeContext(quick: boolean): Context {
  const sinks = new Map<SinkKind, Promise<Sink>>();
  const ending: Sink[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'blowback-bench-'));
  writeFileSync(join(folder, 'users'), 'b@xman.test\n');
  return {
    quick,
    folder,
    few: (count, few) => (quick ? few : count),
    sink: (kind) => {
      const known = sinks.get(kind);
      if (known) return known;
      const started = startSink(kind).then((sink) => {
        ending.push(sink);
        return sink;
      });
      sinks.set(kind, started);
      return started;
    },
    playTask: async (task) => {
      const run = await startMeasured(playCommand(task), false);
      const usage = await run.done;
      return { ...(JSON.parse(usage.output) as Played), usage };
    },
    end: () => {
      for (const sink of ending) sink.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
