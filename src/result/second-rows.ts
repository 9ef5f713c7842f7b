// The run second by second, as the report draws it.

import { phaseAt } from '../plan/plan.ts';
import type { Recorder } from '../record/recorder.ts';
import { growth, type Sample, type Slot } from '../record/timeline.ts';
import { END_STATES, type EndState } from '../smtp/stage.ts';
import type { Second } from './result.ts';
import { type Gauge, peakOf } from './target-metrics.ts';

const GAUGES = [
  'memoryBytes',
  'workersBusy',
  'workersIdle',
  'acceptQueue',
  'queue',
  'queueDeferred',
  'queueOldestS',
  'stress',
] as const;

export function secondRows(recorder: Recorder): Second[] {
  const { timeline, plan } = recorder;
  const due = mailBySecond(recorder);
  const inFlight = timeline.inFlight();
  const samples = samplesBySecond(recorder);
  const cpuUpTo = timeline.curve('cpuS');
  return timeline.slots.map((slot, t) => ({
    t,
    phase: phaseAt(plan.spans, t * 1000),
    legit: legitOf(due[t]),
    attack: {
      started: slot.started,
      rejected: endedAs(slot, 'rejected'),
      accepted: endedAs(slot, 'accepted'),
      deferred: endedAs(slot, 'deferred'),
      refused: endedAs(slot, 'refused'),
      timedOut: endedAs(slot, 'timedOut'),
      dropped: endedAs(slot, 'dropped'),
    },
    inFlight: inFlight[t] ?? 0,
    lagMax: slot.lagMaxMs / 1000,
    target: targetOf(growth(cpuUpTo, t * 1000, (t + 1) * 1000), samples[t] ?? []),
  }));
}

function endedAs({ ended }: Slot, state: EndState): number {
  return ended[END_STATES.indexOf(state)] ?? 0;
}

/** Mail that was due in a second. What was never sent was due, too, and did not arrive. */
interface Mail {
  due: number;
  delivered: number;
  fastestMs: number;
  slowestMs: number;
}

function mailBySecond({ ledger }: Recorder): Mail[] {
  const bySecond: Mail[] = [];
  for (const { dueMs, deliveredMs } of ledger.all()) {
    const second = Math.floor(dueMs / 1000);
    bySecond[second] ??= {
      due: 0,
      delivered: 0,
      fastestMs: Number.POSITIVE_INFINITY,
      slowestMs: 0,
    };
    const mail = bySecond[second];
    mail.due += 1;
    if (deliveredMs === undefined) continue;
    mail.delivered += 1;
    mail.fastestMs = Math.min(mail.fastestMs, deliveredMs - dueMs);
    mail.slowestMs = Math.max(mail.slowestMs, deliveredMs - dueMs);
  }
  return bySecond;
}

function legitOf(mail: Mail | undefined): Second['legit'] {
  if (!mail) return { due: 0, delivered: 0, undelivered: 0 };
  const { due, delivered, fastestMs, slowestMs } = mail;
  return {
    due,
    delivered,
    undelivered: due - delivered,
    ...(delivered > 0 ? { fastest: fastestMs / 1000, slowest: slowestMs / 1000 } : {}),
  };
}

/**
 * The samples that speak for each second: those whose intervals have their middle in it, and for a
 * second without any the one whose interval covers its own middle.
 */
function samplesBySecond({ timeline }: Recorder): Sample[][] {
  const bySecond: Sample[][] = timeline.slots.map(() => []);
  const intervals = timeline.intervals();
  for (const { fromMs, toMs, sample } of intervals) {
    bySecond[Math.floor((fromMs + toMs) / 2000)]?.push(sample);
  }
  let at = 0;
  bySecond.forEach((own, t) => {
    const middleMs = t * 1000 + 500;
    while ((intervals[at]?.toMs ?? Number.POSITIVE_INFINITY) < middleMs) at += 1;
    const covering = intervals[at];
    if (own.length === 0 && covering && covering.fromMs < middleMs) own.push(covering.sample);
  });
  return bySecond;
}

function targetOf(cpu: number | undefined, samples: readonly Sample[]): Second['target'] {
  const found: Partial<Record<Gauge | 'cpu', number>> = {};
  if (cpu !== undefined) found.cpu = Math.max(0, cpu);
  for (const gauge of GAUGES) {
    const peak = peakOf(samples, gauge);
    if (peak !== undefined) found[gauge] = peak;
  }
  return found;
}
