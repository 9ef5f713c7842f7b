// How many worker threads the generator gets: it shares the machine with its target, whose processes
// come first.
import { availableParallelism } from 'node:os';
import type { TargetKind } from '../../scenario/scenario.ts';

export interface Crew {
  readonly workers: number;
  readonly cores: number;
}

/** Beyond this many the one thread that records for all of them is the bottleneck. */
const MOST_WORKERS = 8;

/**
 * Cores that a target needs of so many: the embedded one is a single process and thread; a Postfix, or
 * a server of somebody else's on this machine, has many and gets half of them.
 */
const NEEDED: Readonly<Record<TargetKind, (cores: number) => number>> = {
  embedded: () => 1,
  postfix: (cores) => Math.ceil(cores / 2),
  external: (cores) => Math.ceil(cores / 2),
};

/** @param asked what the user wants, whatever the machine has */
export function chooseCrew(kind: TargetKind, asked?: number, cores = availableParallelism()): Crew {
  const spare = cores - NEEDED[kind](cores);
  return { workers: asked ?? Math.max(1, Math.min(MOST_WORKERS, spare)), cores };
}
