// Keeps a table fresh: a round at the start and after each change of its files, or at each interval where a
// source can't tell. A round that fails leaves the table as it is, and is tried again.
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { build, type Outcome, type Plan } from './build.ts';

/** How often a round that failed is tried again though nothing has changed: the obstacle may be elsewhere. */
const RETRY_MS = 30_000;

export type Round = Outcome | { readonly outcome: 'failed'; readonly error: UserError };

export interface Watching {
  readonly intervalMs: number;
  onRound(round: Round): void;
}

/** Comes back when the signal is aborted, never in the middle of a table. */
export async function watch(plan: Plan, watching: Watching, signal: AbortSignal): Promise<void> {
  let seen = versionOf(plan);
  let built: string | undefined;
  let retryAt = 0;
  while (!signal.aborted) {
    const version = versionOf(plan);
    // A file that is being written is left alone until it is the same at two looks.
    const isNew = built === undefined || version === undefined || version !== built;
    const isStill = version === seen;
    if ((isNew && isStill) || (retryAt > 0 && Date.now() >= retryAt)) {
      const round = await roundOf(plan, signal);
      if (round === undefined) return;
      watching.onRound(round);
      built = version;
      const isWell = round.outcome !== 'failed' && round.outcome !== 'refused';
      retryAt = isWell ? 0 : Date.now() + RETRY_MS;
    }
    seen = version;
    await sleep(watching.intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Undefined when it was told to end. */
async function roundOf(plan: Plan, signal: AbortSignal): Promise<Round | undefined> {
  try {
    return await build(plan, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof UserError) return { outcome: 'failed', error };
    throw error;
  }
}

/** Undefined where a source cannot tell. */
function versionOf({ sources }: Plan): string | undefined {
  const versions = sources.map(({ version }) => version?.());
  return versions.includes(undefined) ? undefined : versions.join('\n');
}
