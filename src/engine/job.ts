// What passes between the engine and its worker threads: plain data, both ways.
import type { Material } from '../actors/actor.ts';
import type { Tally } from '../plan/digest.ts';
import type { Plan } from '../plan/plan.ts';
import type { Network } from '../plan/source-address.ts';
import type { SpfRecord } from '../plan/spf-record.ts';
import type { ClientChoice } from '../scenario/scenario.ts';

/** A worker's share: the simulated hosts whose number leaves `shard` when divided by `shards`. */
export interface Job {
  readonly plan: Plan;
  /** One per planned actor. */
  readonly materials: readonly Material[];
  readonly target: { readonly host: string; readonly port: number };
  readonly network: Network;
  readonly client: ClientChoice;
  /** Of the victim's domain; undefined: it publishes none. */
  readonly spfRecord: SpfRecord | undefined;
  readonly shard: number;
  readonly shards: number;
  /**
   * What happens to a session that finds the in-flight limit reached: it is counted as unsent (open
   * loop, every real run), or it waits for a place (closed loop, for measuring the generator alone).
   * A closed loop knows no limit per host: the in-flight limit is its load.
   */
  readonly overflow: 'unsent' | 'wait';
  /** False: no outcome rows, to measure what recording costs. */
  readonly recording: boolean;
}

/** Handed over whole: its memory changes hands. */
export type Rows = Float64Array<ArrayBuffer>;

export type ToWorker =
  /** Once, and first. */
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'go'; readonly startMs: number }
  /** A batch of rows that has been read, to be filled again. */
  | { readonly type: 'spare'; readonly rows: Rows }
  /** Start nothing more, let what is in flight finish within the drain. */
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'ready' }
  | {
      readonly type: 'progress';
      readonly rows: Rows;
      readonly count: number;
      readonly refusals: Readonly<Record<number, number>>;
      /** Since the last message. */
      readonly started: number;
      readonly lagMaxMs: number;
      readonly inFlight: number;
      /** Sessions that failed on this machine since the last message, by error code; absent: none. */
      readonly faults?: Readonly<Record<string, number>>;
    }
  | {
      readonly type: 'done';
      readonly tallies: readonly Tally[];
      readonly interrupted: boolean;
    };
