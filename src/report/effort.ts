// What became of the storm's sessions, and what turning them away cost.
import type { ActorFacts, OutcomeRow, Run } from '../result/result.ts';
import { type EndState, FORGONE, type Stage } from '../smtp/stage.ts';

/** In the order of the dialogue; the index is the tone of the stacked bars. */
export const STOPS = [
  'at connect',
  'EHLO',
  'MAIL FROM',
  'RCPT TO',
  'DATA',
  'end of data',
  'timed out',
  'accepted',
  'not played out',
] as const;

const STAGE_STOP = {
  connect: 0,
  banner: 0,
  helo: 1,
  starttls: 1,
  mail: 2,
  rcpt: 3,
  data: 4,
  body: 5,
  quit: 5,
} as const satisfies Record<Stage, number>;

/** `garbled`, `cut` and `unsent` say nothing about the server's defence. */
const STATE_STOP: Partial<Record<EndState, number>> = {
  timedOut: 6,
  accepted: 7,
  garbled: 8,
  cut: 8,
  unsent: 8,
};

export function stopOf(row: Pick<OutcomeRow, 'stage' | 'state'>): number {
  return STATE_STOP[row.state] ?? STAGE_STOP[row.stage];
}

/** Sessions of the attackers in the storm, by stop, over all the runs. */
export function stormStops(runs: readonly Run[], actors: readonly ActorFacts[]): number[] {
  const counts: number[] = STOPS.map(() => 0);
  for (const row of attackRows(runs, actors)) {
    const stop = stopOf(row);
    counts[stop] = (counts[stop] ?? 0) + row.sessions;
  }
  return counts;
}

/** Ends that are no answer of the server: at connect, in mid-session, by the sender's patience, or ours. */
const BROKEN = {
  refused: 'refused',
  timedOut: 'timed out',
  dropped: 'dropped',
  garbled: 'garbled',
  cut: 'still waiting at the end',
} as const satisfies Partial<Record<EndState, string>>;

export interface BrokenSessions {
  /** Of the sessions that were started. */
  readonly share: number;
  /** Shares by how they ended, those that occurred, the largest first. */
  readonly ends: readonly { readonly name: string; readonly share: number }[];
}

/** The storm's sessions that ended without a final reply; undefined when none was started. */
export function brokenSessions(
  runs: readonly Run[],
  actors: readonly ActorFacts[],
): BrokenSessions | undefined {
  const rows = attackRows(runs, actors).filter(({ state }) => state !== 'unsent');
  const sessions = (some: readonly OutcomeRow[]) =>
    some.reduce((sum, row) => sum + row.sessions, 0);
  const total = sessions(rows);
  if (total === 0) return undefined;
  const ends = Object.entries(BROKEN)
    .map(([state, name]) => ({
      name,
      share: sessions(rows.filter((row) => row.state === state)) / total,
    }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
  return { share: ends.reduce((sum, { share }) => sum + share, 0), ends };
}

function attackRows(runs: readonly Run[], actors: readonly ActorFacts[]): OutcomeRow[] {
  const legit = new Set(actors.filter((a) => a.kind === 'legit').map((a) => a.name));
  return (
    runs
      .flatMap((run) => run.outcomes)
      .filter((row) => row.phase === 'storm' && !legit.has(row.actor))
      // What its sender never meant to begin did not meet the server.
      .filter((row) => !FORGONE.has(row.state))
  );
}
