// Plays a plan on worker threads and hands on what they measure. Knows no files and no terminal.
import type { Worker } from 'node:worker_threads';
import type { Material } from '../actors/actor.ts';
import { nowMs } from '../clock.ts';
import { makeTallies, mergeTallies, type Tally } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Network } from '../plan/source-address.ts';
import type { SpfRecord } from '../plan/spf-record.ts';
import type { ClientChoice } from '../scenario/scenario.ts';
import { Crew } from './crew.ts';
import type { FromWorker, Job, ToWorker } from './job.ts';
import type { OutcomeBatch } from './outcome.ts';

export interface Load {
  readonly plan: Plan;
  /** One per planned actor. */
  readonly materials: readonly Material[];
  readonly target: { readonly host: string; readonly port: number };
  readonly network: Network;
  /** As `address` where absent. */
  readonly client?: ClientChoice;
  readonly spfRecord?: SpfRecord | undefined;
  readonly workers: number;
  readonly overflow?: Job['overflow'] | undefined;
  /** True where absent: see Job. */
  readonly recording?: boolean | undefined;
}

export interface LoadListener {
  /** Every worker is ready; ms on the machine's clock, a moment ahead. */
  onStart(startMs: number): void;
  /** The rows are filled anew afterwards: a listener keeps none of them. */
  onOutcomes(batch: OutcomeBatch): void;
  onProgress(progress: Progress): void;
  /** Sessions that failed on this machine since the last call, by error code. */
  onFaults?(faults: Readonly<Record<string, number>>): void;
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

/** @param crew threads that were hired before, as many as the load has workers; absent: new ones */
export function startLoad(
  load: Load,
  listener: LoadListener,
  crew: Crew = new Crew(load.workers),
): RunningLoad {
  const shift = new Shift(load, listener, crew.take());
  return {
    done: shift.done,
    stop: () => shift.tell({ type: 'stop' }),
    abort: () => shift.abort(),
  };
}

/** The worker threads of one load, from their job to the end of the last. */
class Shift {
  readonly done: Promise<LoadEnd>;
  private readonly listener: LoadListener;
  private readonly workers: readonly Worker[];
  private readonly tallies: Tally[];
  private readonly faults: Record<string, number> = {};
  private interrupted = false;
  private ready = 0;

  constructor(load: Load, listener: LoadListener, workers: readonly Worker[]) {
    if (workers.length !== load.workers) throw new Error('the crew has another size than the load');
    this.listener = listener;
    this.workers = workers;
    this.tallies = makeTallies(load.plan);
    for (const [shard, worker] of workers.entries()) {
      worker.on('message', (message: FromWorker) => this.hear(shard, message));
      worker.postMessage({ type: 'job', job: jobOf(load, shard) } satisfies ToWorker);
    }
    this.done = this.watch();
  }

  tell(message: ToWorker): void {
    for (const worker of this.workers) worker.postMessage(message);
  }

  async abort(): Promise<void> {
    this.interrupted = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private hear(shard: number, message: FromWorker): void {
    if (message.type === 'ready') {
      this.ready += 1;
      if (this.ready === this.workers.length) this.go();
    } else if (message.type === 'progress') {
      this.listener.onOutcomes(message);
      this.listener.onProgress({ worker: shard, ...message });
      if (message.faults) this.note(message.faults);
      // Whoever listens has taken in what the rows say.
      const { rows } = message;
      this.workers[shard]?.postMessage({ type: 'spare', rows } satisfies ToWorker, [rows.buffer]);
    } else {
      mergeTallies(this.tallies, message.tallies);
      this.interrupted ||= message.interrupted;
    }
  }

  private note(faults: Readonly<Record<string, number>>): void {
    for (const [code, n] of Object.entries(faults)) {
      this.faults[code] = (this.faults[code] ?? 0) + n;
    }
    this.listener.onFaults?.(faults);
  }

  private go(): void {
    const startMs = nowMs() + LEAD_MS;
    this.listener.onStart(startMs);
    this.tell({ type: 'go', startMs });
  }

  /** Resolves when all have ended; a bug in one ends the others, too. */
  private async watch(): Promise<LoadEnd> {
    try {
      await Promise.all(this.workers.map(ended));
    } catch (bug) {
      await this.abort();
      throw bug;
    }
    const { tallies, faults, interrupted } = this;
    return { tallies, faults, interrupted };
  }
}

function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}

function jobOf(load: Load, shard: number): Job {
  return {
    plan: load.plan,
    materials: load.materials,
    target: load.target,
    network: load.network,
    client: load.client ?? 'address',
    spfRecord: load.spfRecord,
    shard,
    shards: load.workers,
    overflow: load.overflow ?? 'unsent',
    recording: load.recording ?? true,
  };
}
