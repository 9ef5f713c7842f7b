// Plays a plan on worker threads and hands on what they measure. Knows no files and no terminal.
import { Worker } from 'node:worker_threads';
import type { Material } from '../actors/actor.ts';
import { nowMs } from '../clock.ts';
import { makeTallies, mergeTallies, type Tally } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Network } from '../plan/source-address.ts';
import type { FromWorker, Job, ToWorker } from './job.ts';
import type { OutcomeBatch } from './outcome.ts';

export interface Load {
  readonly plan: Plan;
  /** One per planned actor. */
  readonly materials: readonly Material[];
  readonly target: { readonly host: string; readonly port: number };
  readonly network: Network;
  readonly workers: number;
  readonly overflow?: Job['overflow'];
}

export interface LoadListener {
  /** Every worker is ready; ms on the machine's clock, a moment ahead. */
  onStart(startMs: number): void;
  onOutcomes(batch: OutcomeBatch): void;
  onProgress(progress: Progress): void;
}

interface Progress {
  readonly worker: number;
  readonly started: number;
  readonly lagMaxMs: number;
  readonly inFlight: number;
}

/** The end of a load: what was really scheduled, and what this machine failed to do. */
export interface LoadEnd {
  readonly tallies: readonly Tally[];
  readonly faults: Readonly<Record<string, number>>;
  readonly interrupted: boolean;
}

export interface RunningLoad {
  readonly done: Promise<LoadEnd>;
  /** Starts nothing more and drains. */
  stop(): void;
  /** Ends the threads where they stand; `done` resolves with what was scheduled so far. */
  abort(): Promise<void>;
}

/** Time between the start signal and the run's start, so that no worker begins late. */
const LEAD_MS = 30;

export function startLoad(load: Load, listener: LoadListener): RunningLoad {
  const end = {
    tallies: makeTallies(load.plan),
    faults: {} as Record<string, number>,
    interrupted: false,
  };
  let ready = 0;
  let open = load.workers;
  const workers: Worker[] = [];
  const tell = (message: ToWorker): void => {
    for (const worker of workers) worker.postMessage(message);
  };
  const done = new Promise<LoadEnd>((resolve, reject) => {
    for (let shard = 0; shard < load.workers; shard += 1) {
      const worker = new Worker(new URL('../../dist/engine/worker.js', import.meta.url), {
        workerData: jobOf(load, shard),
      });
      workers.push(worker);
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'ready') {
          ready += 1;
          if (ready < load.workers) return;
          const startMs = nowMs() + LEAD_MS;
          listener.onStart(startMs);
          tell({ type: 'go', startMs });
        } else if (message.type === 'progress') {
          listener.onOutcomes(message);
          listener.onProgress({ worker: shard, ...message });
        } else {
          mergeTallies(end.tallies, message.tallies);
          end.interrupted ||= message.interrupted;
          for (const [code, n] of Object.entries(message.faults)) {
            end.faults[code] = (end.faults[code] ?? 0) + n;
          }
        }
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        open -= 1;
        if (open === 0) resolve(end);
      });
    }
  });
  return {
    done,
    stop: () => tell({ type: 'stop' }),
    abort: async () => {
      end.interrupted = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function jobOf(load: Load, shard: number): Job {
  return {
    plan: load.plan,
    materials: load.materials,
    target: load.target,
    network: load.network,
    shard,
    shards: load.workers,
    overflow: load.overflow ?? 'unsent',
  };
}
