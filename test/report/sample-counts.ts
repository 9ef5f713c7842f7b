// What the made-up runs counted: outcomes, both sides' books and the metrics, from a behaviour.
import type { Comparison, Metric, OutcomeRow } from '../../src/result/result.ts';
import type { Behaviour } from './sample-result.ts';

export function outcomesOf(behaviour: Behaviour): OutcomeRow[] {
  const total = 11_700;
  const refused = Math.round(total * behaviour.refused);
  const timedOut = behaviour.stormDelay > 20 ? 900 : 0;
  const row = (
    stage: OutcomeRow['stage'],
    state: OutcomeRow['state'],
    sessions: number,
    code?: number,
  ) => ({
    actor: 'bouncers',
    phase: 'storm' as const,
    stage,
    state,
    sessions,
    replies: code === undefined ? {} : { [code]: sessions },
  });
  return [
    row('connect', 'refused', refused),
    row('banner', 'timedOut', timedOut),
    row('rcpt', 'rejected', total - refused - timedOut - 40, 550),
    row('rcpt', 'deferred', 40, 450),
  ].filter(({ sessions }) => sessions > 0);
}

/** Both sides agree. */
export function booksOf(behaviour: Behaviour): Comparison[] {
  const greeted = Math.round(11_700 * (1 - behaviour.refused));
  return [
    { what: 'sessions in which the client spoke', ours: greeted, theirs: greeted },
    { what: 'recipients refused with 550', ours: 1204, theirs: 1204 },
    { what: 'recipients refused with 450', ours: 0, theirs: 0 },
  ];
}

export function metricsOf(
  behaviour: Behaviour,
  delays: readonly (number | undefined)[],
  lost: number,
  sent: number,
): Metric[] {
  const sorted = delays.map((d) => d ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const quantile = (name: string, q: number): Metric => {
    const value = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
    const base = { phase: 'storm', metric: `legit.latency.${name}`, unit: 's', n: 200 } as const;
    return Number.isFinite(value) ? { ...base, value } : { ...base, value: 55, censored: true };
  };
  const total = (metric: string, value: number, unit: Metric['unit'] = 'count'): Metric[] => [
    { phase: 'storm', metric, value, unit },
    { phase: 'run', metric, value, unit },
  ];
  const bouncers = (name: string, value: number, unit: Metric['unit'] = 'count'): Metric => ({
    phase: 'run',
    actor: 'bouncers',
    metric: `actor.bouncers.${name}`,
    value,
    unit,
  });
  const rejects = Math.round(11_700 * (1 - behaviour.refused));
  return [
    quantile('p50', 0.5),
    quantile('p90', 0.9),
    quantile('p95', 0.95),
    quantile('p99', 0.99),
    { phase: 'run', metric: 'legit.sent', value: sent, unit: 'count' },
    { phase: 'run', metric: 'legit.planned', value: sent, unit: 'count' },
    { phase: 'run', metric: 'legit.unsent', value: 0, unit: 'count' },
    { phase: 'storm', metric: 'legit.sent', value: 200, unit: 'count' },
    { phase: 'storm', metric: 'legit.delivered', value: 200 - lost, unit: 'count' },
    ...total('legit.lost', lost),
    ...total('legit.late', behaviour.stormDelay > 30 ? 7 : 0),
    ...total('legit.rejected', 0),
    ...total('attack.sessions', 11_700),
    ...total('attack.rejected', rejects),
    ...total('attack.unsent', 0),
    ...total('attack.amplification', 1 + behaviour.refused),
    bouncers('sessions', 11_700),
    bouncers('amplification', 1 + behaviour.refused, 'ratio'),
    bouncers('recipients', rejects),
    bouncers('tls', Math.round(rejects * 0.9)),
    ...total('reject.cpu_ms', (behaviour.cpu * 40_000) / rejects, 'ms'),
    ...total('target.cpu_s', behaviour.cpu * 40, 's'),
    ...total('target.memory_peak', 92e6, 'B'),
    ...total('generator.offered', 297.5, '/s'),
    ...total('generator.achieved', 297.1, '/s'),
    ...total('generator.lag.p99', 0.0018, 's'),
  ];
}
