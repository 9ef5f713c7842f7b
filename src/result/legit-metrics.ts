// The headline figures: what became of legitimate mail, message by message, from the ledger.
import type { Starts } from '../record/counters.ts';
import type { Ledger } from '../record/ledger.ts';
import type { Entry, EntryState } from '../record/ledger-page.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Phase } from '../scenario/scenario.ts';
import { indexes } from './attack-metrics.ts';
import { fateOf, type MailAccounts } from './mail-account.ts';
import { plannedSessions } from './planned.ts';
import { rankOf, type Wait, waitMetrics } from './quantiles.ts';
import type { LedgerRow, Metric, MetricPhase } from './result.ts';

/** Mail that has not arrived waits at least until here, in ms from the run's start. */
export interface Horizon {
  readonly endMs: number;
}

export function waitOf(entry: Entry, { endMs }: Horizon): Wait {
  return entry.deliveredMs === undefined
    ? { ms: Math.max(0, endMs - entry.dueMs), arrived: false }
    : { ms: entry.deliveredMs - entry.dueMs, arrived: true };
}

export function entriesIn(ledger: Ledger, phases: readonly Phase[]): Entry[] {
  const entries: Entry[] = [];
  for (const entry of ledger.all()) if (phases.includes(entry.phase)) entries.push(entry);
  return entries;
}

/**
 * Of all legitimate mail; with `actor`, of that actor's, as `actor.<name>.…`. What was never sent was
 * not delivered either: it counts in the rate of first attempts and in the latency, as a wait without
 * an end. Only `sent` and the mean of attempts are without it.
 */
export function legitMetrics(
  recorder: Recorder,
  phase: MetricPhase,
  phases: readonly Phase[],
  horizon: Horizon,
  actor?: { readonly index: number; readonly name: string },
  accounts?: MailAccounts,
): Metric[] {
  const prefix = actor ? `actor.${actor.name}` : 'legit';
  const base = actor ? { phase, actor: actor.name } : { phase };
  const { plan, isLegit, ledger } = recorder;
  const entries = entriesIn(ledger, phases).filter(
    (entry) => !actor || entry.actor === actor.index,
  );
  const n = entries.length;
  if (n === 0) return [];
  const actors = actor ? [actor.index] : plan.actors.flatMap((_, i) => (isLegit[i] ? i : []));
  const fates = countFates(entries);
  const sent = n - fates.unsent;
  const first = entries.filter((entry) => entry.deliveredMs !== undefined && entry.attempts === 1);
  const attempts = entries.reduce((sum, entry) => sum + entry.attempts, 0);
  const metric = (name: string, value: number, unit: Metric['unit'], of = n): Metric => ({
    ...base,
    metric: `${prefix}.${name}`,
    value,
    unit,
    n: of,
  });
  return [
    metric('planned', plannedSessions(plan, actors, phases), 'count'),
    metric('sent', sent, 'count'),
    ...FATES.map((fate) => metric(fate, fates[fate], 'count')),
    metric('host_waits', sumOf(recorder, 'hostWaits', actors, phases), 'count'),
    metric('tls', sumOf(recorder, 'tls', actors, phases), 'count'),
    metric('tls_resumed', sumOf(recorder, 'tlsResumed', actors, phases), 'count'),
    ...bounceMetrics(entries, metric),
    ...fateMetrics(entries, accounts, metric),
    metric('first_attempt_rate', first.length / n, 'share'),
    ...(sent > 0 ? [metric('attempts.mean', attempts / sent, 'ratio', sent)] : []),
    ...waitMetrics(
      `${prefix}.latency`,
      phase,
      entries.map((entry) => waitOf(entry, horizon)),
    ).map((wait) => ({ ...wait, ...base })),
  ];
}

function sumOf(
  recorder: Recorder,
  key: keyof Starts,
  actors: readonly number[],
  phases: readonly Phase[],
): number {
  const cells = actors.flatMap((a) => indexes(phases).map((p) => recorder.counters.startsOf(a, p)));
  return cells.reduce((sum, cell) => sum + cell[key], 0);
}

/** Genuine bounces apart: a rule against the null sender stops them and nothing else. */
function bounceMetrics(
  entries: readonly Entry[],
  metric: (name: string, value: number, unit: 'count', of: number) => Metric,
): Metric[] {
  const bounces = entries.filter(({ isBounce }) => isBounce);
  const n = bounces.length;
  if (n === 0) return [];
  const { unsent, ...fates } = countFates(bounces);
  return Object.entries({ sent: n - unsent, ...fates }).map(([name, value]) =>
    metric(`bounces.${name}`, value, 'count', n),
  );
}

/** What the target's own log says of mail that it took and that did not arrive. */
function fateMetrics(
  entries: readonly Entry[],
  accounts: MailAccounts | undefined,
  metric: (name: string, value: number, unit: 'count') => Metric,
): Metric[] {
  if (!accounts) return [];
  const fates = entries
    .filter(({ state }) => state === 'lost')
    .map((e) => fateOf(e, accounts).fate);
  return (['bounced', 'deferred'] as const).map((fate) =>
    metric(fate, fates.filter((one) => one === fate).length, 'count'),
  );
}

const FATES = ['unsent', 'delivered', 'lost', 'late', 'rejected'] as const;

function countFates(entries: readonly Entry[]): Record<EntryState, number> {
  const counts = { unsent: 0, delivered: 0, lost: 0, late: 0, rejected: 0 };
  for (const entry of entries) counts[entry.state] += 1;
  return counts;
}

/** The first so many messages, in the order in which they were due. */
export function ledgerRows(ledger: Ledger, most: number, accounts?: MailAccounts): LedgerRow[] {
  const inOrder = [...ledger.all()].sort((a, b) => a.dueMs - b.dueMs);
  return inOrder.slice(0, most).map((entry) => ({
    id: entry.id,
    phase: entry.phase,
    dueAt: entry.dueMs / 1000,
    state: entry.state,
    attempts: entry.attempts,
    ...(entry.recipients > 1 ? { recipients: entry.recipients, dead: entry.dead } : {}),
    ...(entry.isBounce ? { bounce: true as const } : {}),
    ...(entry.deliveredMs === undefined ? {} : { deliveredAt: entry.deliveredMs / 1000 }),
    last: entry.lastCode > 0 ? String(entry.lastCode) : `${entry.lastState} at ${entry.lastStage}`,
    ...fateOf(entry, accounts),
  }));
}

/**
 * Seconds from the storm's end until mail that comes due waits no longer than in the calm: the first
 * moment after which the 95th percentile is at most 1.25 × the calm's. Censored when that never comes.
 */
export function recoverySeconds(
  ledger: Ledger,
  stormEndMs: number,
  recoveryEndMs: number,
  horizon: Horizon,
): Metric | undefined {
  const calm = entriesIn(ledger, ['calm']).map((entry) => waitOf(entry, horizon));
  const usual = waitMetrics('', 'calm', calm).find(({ metric }) => metric === '.p95');
  const after = entriesIn(ledger, ['recovery']).sort((a, b) => a.dueMs - b.dueMs);
  if (!usual || usual.censored || after.length < MIN_RECOVERY_MAIL) return undefined;
  // Whole µs: a wait is the difference of two times, and floats differ in their last digit.
  const limitUs = Math.round(usual.value * 1.25 * 1e6);
  const from = firstQuick(after, (entry) => {
    const { arrived, ms } = waitOf(entry, horizon);
    return arrived && Math.round(ms * 1000) <= limitUs;
  });
  const untilMs = from === undefined ? recoveryEndMs : from === 0 ? stormEndMs : dueAt(after, from);
  return {
    phase: 'recovery',
    metric: 'recovery.seconds',
    value: (untilMs - stormEndMs) / 1000,
    unit: 's',
    n: after.length,
    ...(from === undefined ? { censored: true } : {}),
  };
}

/** A 95th percentile over fewer messages says nothing. */
const MIN_RECOVERY_MAIL = 20;

/**
 * The first message from which on the 95th percentile is quick enough. It is when as many are quick as
 * its rank says: one walk from the end counts them for every beginning.
 */
function firstQuick(
  mails: readonly Entry[],
  isQuick: (entry: Entry) => boolean,
): number | undefined {
  let quick = 0;
  let first: number | undefined;
  for (let from = mails.length - 1; from >= 0; from -= 1) {
    const count = mails.length - from;
    if (isQuick(mails[from] as Entry)) quick += 1;
    if (count >= MIN_RECOVERY_MAIL && quick >= rankOf(0.95, count)) first = from;
  }
  return first;
}

function dueAt(mails: readonly Entry[], index: number): number {
  return mails[index]?.dueMs ?? 0;
}
