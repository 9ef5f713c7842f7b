// What became of the attack: counts by end state and stage, and what each rejection took.

import type { Starts } from '../record/counters.ts';
import { MEASURES } from '../record/histograms.ts';
import type { Recorder } from '../record/recorder.ts';
import { PHASES, type Phase } from '../scenario/scenario.ts';
import { type EndState, FORGONE, STAGES } from '../smtp/stage.ts';
import { plannedSessions } from './planned.ts';
import { histogramMetrics } from './quantiles.ts';
import type { Metric, MetricPhase, OutcomeRow } from './result.ts';

const STATE_METRICS: readonly (readonly [string, EndState])[] = [
  ['unsent', 'unsent'],
  ['rejected', 'rejected'],
  ['accepted', 'accepted'],
  ['deferred', 'deferred'],
  ['refused', 'refused'],
  ['timed_out', 'timedOut'],
  ['dropped', 'dropped'],
  ['garbled', 'garbled'],
  ['cut', 'cut'],
  ['withheld', 'withheld'],
  ['averted', 'averted'],
];

const SUMS: readonly (readonly [string, keyof Starts])[] = [
  ['host_waits', 'hostWaits'],
  ['recipients', 'recipients'],
  ['recipients_accepted', 'recipientsAccepted'],
  ['tls', 'tls'],
  ['tls_resumed', 'tlsResumed'],
];

/** Metrics of a group of actors under a prefix: `attack`, or `actor.<name>`. */
export function groupMetrics(
  recorder: Recorder,
  prefix: string,
  actors: readonly number[],
  phase: MetricPhase,
  phases: readonly Phase[],
  actor?: string,
): Metric[] {
  const starts = actors.flatMap((a) =>
    phases.map((p) => recorder.counters.startsOf(a, PHASES.indexOf(p))),
  );
  const sum = (key: keyof (typeof starts)[number]): number =>
    starts.reduce((total, start) => total + start[key], 0);
  const sessions = sum('attempts');
  const ended = STATE_METRICS.map(([name, state]) => ({
    name,
    value: recorder.counters.sessions(actors, phases, state),
  }));
  const count = (state: string) => ended.find(({ name }) => name === state)?.value ?? 0;
  if (sessions + count('unsent') + count('withheld') + count('averted') === 0) return [];
  const of = actor ? { actor } : {};
  const metric = (name: string, value: number, unit: Metric['unit']): Metric => ({
    phase,
    ...of,
    metric: `${prefix}.${name}`,
    value,
    unit,
    n: sessions,
  });
  const rejected = count('rejected');
  const originals = sum('originals');
  const verdict = recorder.histograms.sum(actors, indexes(phases), MEASURES.indexOf('verdict'));
  const metrics = [
    metric('planned', plannedSessions(recorder.plan, actors, phases), 'count'),
    metric('sessions', sessions, 'count'),
    ...ended.map(({ name, value }) => metric(name, value, 'count')),
    ...SUMS.map(([name, key]) => metric(name, sum(key), 'count')),
    metric('bytes', sum('bytesIn') + sum('bytesOut'), 'B'),
    ...(sessions > 0 ? [metric('reject_rate', rejected / sessions, 'share')] : []),
    ...(originals > 0 ? [metric('amplification', sessions / originals, 'ratio')] : []),
    ...histogramMetrics(`${prefix}.verdict`, phase, verdict, actor),
    ...STAGES.flatMap((stage) => [
      metric(`stage.${stage}`, decidedAt(recorder, actors, phases, stage), 'count'),
      metric(
        `timed_out.${stage}`,
        recorder.counters.sessions(actors, phases, 'timedOut', stage),
        'count',
      ),
    ]),
  ];
  verdict?.destroy();
  return metrics;
}

function decidedAt(
  recorder: Recorder,
  actors: readonly number[],
  phases: readonly Phase[],
  stage: string,
): number {
  return recorder.counters
    .rows()
    .filter((row) => row.stage === stage && row.state !== 'unsent' && !FORGONE.has(row.state))
    .filter((row) => actors.includes(row.actor) && phases.includes(row.phase))
    .reduce((sum, row) => sum + row.sessions, 0);
}

export function outcomeRows(recorder: Recorder): OutcomeRow[] {
  return recorder.counters.rows().map((row) => ({
    actor: recorder.plan.actors[row.actor]?.actor.name ?? '',
    phase: row.phase,
    stage: row.stage,
    state: row.state,
    sessions: row.sessions,
    replies: Object.fromEntries([...row.replies].sort(([a], [b]) => a.localeCompare(b))),
  }));
}

export function indexes(phases: readonly Phase[]): number[] {
  return phases.map((phase) => PHASES.indexOf(phase));
}
