// The run second by second, as the report draws it.

import { phaseAt } from '../plan/plan.ts';
import type { Entry } from '../record/ledger.ts';
import type { Recorder } from '../record/recorder.ts';
import { growth, type Sample } from '../record/timeline.ts';
import type { Second } from './result.ts';
import { type Gauge, peakOf } from './target-metrics.ts';

const GAUGES = ['memoryBytes', 'workersBusy', 'acceptQueue', 'queue'] as const;

export function secondRows(recorder: Recorder): Second[] {
  const { timeline, plan } = recorder;
  const due = mailBySecond(recorder);
  const samples = samplesBySecond(recorder);
  const cpuUpTo = timeline.curve('cpuS');
  return timeline.slots.map((slot, t) => ({
    t,
    phase: phaseAt(plan.spans, t * 1000),
    legit: legitOf(due.get(t) ?? []),
    attack: {
      started: slot.started,
      rejected: slot.ended.rejected ?? 0,
      accepted: slot.ended.accepted ?? 0,
      deferred: slot.ended.deferred ?? 0,
      refused: slot.ended.refused ?? 0,
      timedOut: slot.ended.timedOut ?? 0,
      dropped: slot.ended.dropped ?? 0,
    },
    inFlight: slot.inFlight,
    lagMax: slot.lagMaxMs / 1000,
    target: targetOf(growth(cpuUpTo, t * 1000, (t + 1) * 1000), samples[t] ?? []),
  }));
}

/** What was never sent was due, too, and did not arrive. */
function mailBySecond({ ledger }: Recorder): Map<number, Entry[]> {
  const bySecond = new Map<number, Entry[]>();
  for (const entry of ledger.entries.values()) {
    const second = Math.floor(entry.dueMs / 1000);
    const list = bySecond.get(second);
    if (list) list.push(entry);
    else bySecond.set(second, [entry]);
  }
  return bySecond;
}

function legitOf(entries: readonly Entry[]): Second['legit'] {
  let delivered = 0;
  let fastest = Number.POSITIVE_INFINITY;
  let slowest = 0;
  for (const { deliveredMs, dueMs } of entries) {
    if (deliveredMs === undefined) continue;
    const wait = (deliveredMs - dueMs) / 1000;
    delivered += 1;
    fastest = Math.min(fastest, wait);
    slowest = Math.max(slowest, wait);
  }
  return {
    due: entries.length,
    delivered,
    undelivered: entries.length - delivered,
    ...(delivered > 0 ? { fastest, slowest } : {}),
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
