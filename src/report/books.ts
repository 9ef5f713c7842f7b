// What the senders and the target both counted, over all runs.
import type { Comparison, Run } from '../result/result.ts';

export interface SharedEntry extends Comparison {
  /** In every run: sums may agree where the runs do not. */
  readonly agree: boolean;
}

/** By name, so that the replies stand in order; empty when no target kept books. */
export function sharedBooks(runs: readonly Run[]): SharedEntry[] {
  const entries = new Map<string, SharedEntry>();
  for (const { what, ours, theirs } of runs.flatMap((run) => run.books)) {
    const sum = entries.get(what) ?? { what, ours: 0, theirs: 0, agree: true };
    entries.set(what, {
      what,
      ours: sum.ours + ours,
      theirs: sum.theirs + theirs,
      agree: sum.agree && ours === theirs,
    });
  }
  return [...entries.values()].sort((a, b) => (a.what < b.what ? -1 : 1));
}
