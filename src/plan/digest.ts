// The plan's digest: the same for the same scenario and seed on any machine and any number of workers.
// Per actor the sessions' hashes are added up, so that shares counted apart give the whole's sum.
import { createHash } from 'node:crypto';
import { type Plan, type PlannedSession, sessionsOf } from './plan.ts';
import { hash } from './random.ts';

/** What one actor's sessions, or a worker's share of them, add up to. */
export interface Tally {
  sessions: number;
  low: number;
  high: number;
}

export function makeTallies(plan: Plan): Tally[] {
  return plan.actors.map(() => ({ sessions: 0, low: 0, high: 0 }));
}

export function addToTally(tally: Tally, session: PlannedSession): void {
  const atUs = Math.round(session.intendedMs * 1000);
  tally.sessions += 1;
  tally.low = (tally.low + hash(session.index, atUs, session.host, 1)) >>> 0;
  tally.high = (tally.high + hash(session.index, atUs, session.host, 2)) >>> 0;
}

export function mergeTallies(into: Tally[], share: readonly Tally[]): void {
  share.forEach((part, i) => {
    const tally = into[i];
    if (!tally) return;
    tally.sessions += part.sessions;
    tally.low = (tally.low + part.low) >>> 0;
    tally.high = (tally.high + part.high) >>> 0;
  });
}

/** Every planned session, tallied without playing it. */
export function tallyPlan(plan: Plan): Tally[] {
  const tallies = makeTallies(plan);
  for (const planned of plan.actors) {
    const tally = tallies[planned.index];
    if (tally) for (const session of sessionsOf(plan, planned)) addToTally(tally, session);
  }
  return tallies;
}

/** `sha256:` over the plan's description and its sessions. */
export function planDigest(plan: Plan, tallies: readonly Tally[]): string {
  const description = JSON.stringify({
    seed: plan.seed,
    compress: plan.compress,
    spans: plan.spans,
    world: plan.world,
    actors: plan.actors.map(({ actor }) => actor),
    tallies,
  });
  return `sha256:${createHash('sha256').update(description).digest('hex')}`;
}
