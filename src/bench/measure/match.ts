// Contenders against each other: who plays what, in turn, so that a noisy machine is noisy for all.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender, Job } from './contenders.ts';
import { type Measured, startMeasured } from './processes.ts';
import type { Sink } from './sink.ts';

/** Of one run, per session. */
export interface Sample {
  /** From the start signal on; of a program without one, which starts in a millisecond, all. */
  readonly cpuUs: number;
  readonly wallUs: number;
  /** All that the process used, its start and end included. */
  readonly userUs: number;
  readonly systemUs: number;
  /** That the sink has seen. */
  readonly sessions: number;
  /** Of those that it was told to send. */
  readonly lost: number;
}

/** Plays a job once. @throws when the program fails or the sink saw nothing of it. */
export async function play(
  contender: Contender,
  job: Omit<Job, 'port'>,
  sink: Sink,
): Promise<Sample> {
  const sessions = Math.min(job.sessions, contender.mostSessions ?? job.sessions);
  const before = sink.count();
  const what = job.rejected ? 'sessions' : 'messages';
  const run = await startMeasured(
    contender.command({ ...job, sessions, port: sink.port }),
    contender.noisy ?? false,
    job.folder,
  );
  if (contender.endless) await endAt(run, () => sink.count()[what] - before[what] >= sessions);
  const { userS, systemS, wallS, output } = await run.done;
  const seen = await sink.countSince(before, what, sessions);
  if (seen === 0) throw new Error(`smtp-sink saw nothing of ${contender.name}`);
  const per = 1e6 / seen;
  const load = contender.tellsLoad
    ? (JSON.parse(output) as { readonly cpuS: number; readonly wallS: number })
    : { cpuS: userS + systemS, wallS };
  return {
    cpuUs: load.cpuS * per,
    wallUs: load.wallS * per,
    userUs: userS * per,
    systemUs: systemS * per,
    sessions: seen,
    lost: Math.max(0, sessions - seen),
  };
}

const ENDLESS_PATIENCE_MS = 30_000;

async function endAt(run: Measured, isReached: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isReached() && waitedMs < ENDLESS_PATIENCE_MS; waitedMs += 5) {
    await sleep(5);
  }
  run.end();
}

/** Why a contender is not there; undefined where it is. */
export function absence({ name, program }: Contender): string | undefined {
  if (!program || existsSync(program.path)) return undefined;
  return `${name} is not installed: \`${program.install}\``;
}

/** Every second repeat runs backwards: what drifts, drifts for all alike. */
export async function interleave<Name extends string, T>(
  repeats: number,
  plays: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(plays) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    T[]
  >;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const order = repeat % 2 === 0 ? names : names.toReversed();
    for (const name of order) samples[name].push(await plays[name]());
  }
  return samples;
}
