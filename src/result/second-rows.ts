// The run second by second, as the report draws it.

import { phaseAt } from '../plan/plan.ts';
import type { Entry } from '../record/ledger.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Second } from './result.ts';

export function secondRows(recorder: Recorder): Second[] {
  const { timeline, plan } = recorder;
  const due = mailBySecond(recorder);
  const used = targetBySecond(recorder);
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
    target: used.get(t) ?? {},
  }));
}

function mailBySecond({ ledger }: Recorder): Map<number, Entry[]> {
  const bySecond = new Map<number, Entry[]>();
  for (const entry of ledger.entries.values()) {
    if (entry.unsent) continue;
    const second = Math.floor(entry.dueMs / 1000);
    const list = bySecond.get(second);
    if (list) list.push(entry);
    else bySecond.set(second, [entry]);
  }
  return bySecond;
}

function legitOf(entries: readonly Entry[]): Second['legit'] {
  const waits = entries.flatMap(({ deliveredMs, dueMs }) =>
    deliveredMs === undefined ? [] : (deliveredMs - dueMs) / 1000,
  );
  return {
    due: entries.length,
    delivered: waits.length,
    undelivered: entries.length - waits.length,
    ...(waits.length > 0 ? { fastest: Math.min(...waits), slowest: Math.max(...waits) } : {}),
  };
}

function targetBySecond({ timeline }: Recorder): Map<number, Second['target']> {
  const bySecond = new Map<number, Second['target']>();
  timeline.samples.forEach((sample, i) => {
    const before = timeline.samples[i - 1];
    const elapsedS = before ? (sample.atMs - before.atMs) / 1000 : 0;
    const cpu =
      sample.cpuS !== undefined && before?.cpuS !== undefined && elapsedS > 0
        ? { cpu: Math.max(0, (sample.cpuS - before.cpuS) / elapsedS) }
        : {};
    const { memoryBytes, workersBusy, acceptQueue, queue } = sample;
    bySecond.set(Math.max(0, Math.ceil(sample.atMs / 1000) - 1), {
      ...cpu,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(workersBusy === undefined ? {} : { workersBusy }),
      ...(acceptQueue === undefined ? {} : { acceptQueue }),
      ...(queue === undefined ? {} : { queue }),
    });
  });
  return bySecond;
}
