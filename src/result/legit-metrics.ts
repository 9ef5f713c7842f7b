// The headline figures: what became of legitimate mail, message by message, from the ledger.
import type { Entry, EntryState, Ledger } from '../record/ledger.ts';
import type { Phase } from '../scenario/scenario.ts';
import { type Wait, waitMetrics } from './quantiles.ts';
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
  return [...ledger.entries.values()].filter((entry) => phases.includes(entry.phase));
}

/** Of all legitimate mail; with `actor`, of that actor's, as `actor.<name>.…`. */
export function legitMetrics(
  ledger: Ledger,
  phase: MetricPhase,
  phases: readonly Phase[],
  horizon: Horizon,
  actor?: { readonly index: number; readonly name: string },
): Metric[] {
  const prefix = actor ? `actor.${actor.name}` : 'legit';
  const base = actor ? { phase, actor: actor.name } : { phase };
  const sent = entriesIn(ledger, phases)
    .filter((entry) => ledger.state(entry) !== 'unsent')
    // The index of its actor leads the id (see ledgerId).
    .filter(({ id }) => !actor || Number.parseInt(id, 10) === actor.index);
  if (sent.length === 0) return [];
  const count = (state: EntryState): number =>
    sent.filter((entry) => ledger.state(entry) === state).length;
  const n = sent.length;
  const first = sent.filter((entry) => entry.deliveredMs !== undefined && entry.attempts === 1);
  const attempts = sent.reduce((sum, entry) => sum + entry.attempts, 0);
  const counted = (metric: string, value: number): Metric => ({
    ...base,
    metric: `${prefix}.${metric}`,
    value,
    unit: 'count',
    n,
  });
  return [
    counted('sent', n),
    counted('delivered', count('delivered')),
    counted('lost', count('lost')),
    counted('late', count('late')),
    counted('rejected', count('rejected')),
    { ...base, metric: `${prefix}.first_attempt_rate`, value: first.length / n, unit: 'share', n },
    { ...base, metric: `${prefix}.attempts.mean`, value: attempts / n, unit: 'count', n },
    ...waitMetrics(
      `${prefix}.latency`,
      phase,
      sent.map((entry) => waitOf(entry, horizon)),
    ).map((metric) => ({ ...metric, ...base })),
  ];
}

export function ledgerRows(ledger: Ledger): LedgerRow[] {
  return [...ledger.entries.values()].map((entry) => ({
    id: entry.id,
    phase: entry.phase,
    dueAt: entry.dueMs / 1000,
    state: ledger.state(entry),
    attempts: entry.attempts,
    ...(entry.deliveredMs === undefined ? {} : { deliveredAt: entry.deliveredMs / 1000 }),
    last: entry.lastCode > 0 ? String(entry.lastCode) : `${entry.lastState} at ${entry.lastStage}`,
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
  const calm = waitMetrics(
    '',
    'calm',
    entriesIn(ledger, ['calm']).map((e) => waitOf(e, horizon)),
  );
  const usual = calm.find(({ metric }) => metric === '.p95');
  const after = entriesIn(ledger, ['recovery']).sort((a, b) => a.dueMs - b.dueMs);
  if (!usual || usual.censored || after.length < MIN_RECOVERY_MAIL) return undefined;
  const metric = {
    phase: 'recovery',
    metric: 'recovery.seconds',
    unit: 's',
    n: after.length,
  } as const;
  for (let from = 0; from + MIN_RECOVERY_MAIL <= after.length; from += 1) {
    const rest = after.slice(from).map((entry) => waitOf(entry, horizon));
    const p95 = waitMetrics('', 'recovery', rest).find((m) => m.metric === '.p95');
    if (p95 && !p95.censored && p95.value <= usual.value * 1.25) {
      return { ...metric, value: from === 0 ? 0 : ((after[from]?.dueMs ?? 0) - stormEndMs) / 1000 };
    }
  }
  return { ...metric, value: (recoveryEndMs - stormEndMs) / 1000, censored: true };
}

/** A 95th percentile over fewer messages says nothing. */
const MIN_RECOVERY_MAIL = 20;
