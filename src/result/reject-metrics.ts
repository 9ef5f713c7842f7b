// What one rejected session of the storm took: CPU, bytes on the line, bytes in the target's log.
import type { Recorder } from '../record/recorder.ts';
import { growth, type Total } from '../record/timeline.ts';
import { PHASES } from '../scenario/scenario.ts';
import type { Metric, Run } from './result.ts';

/** With fewer rejections than this of all decisions, what the storm took was mostly not for them. */
const LEAST_REJECTED = 0.5;

/**
 * `reject.cpu_ms` and `reject.log_bytes` are marginal: what the target used in the storm beyond what
 * the calm says of a time as long, which legitimate mail and idling take without any attack; never
 * negative. Without a calm nothing is subtracted. `reject.bytes` are those of all attack sessions of
 * the storm, both directions. The storm is the only phase that rejects by plan: for the whole run the
 * figures mean the same. Marginal figures are withheld where most sessions were accepted or deferred
 * (see rejectUnavailable).
 */
export function rejectMetrics(
  recorder: Recorder,
  phase: 'storm' | 'run',
  attackers: readonly number[],
): Metric[] {
  // What was used in the storm's time paid for what was decided in it, whenever that began.
  const decided = recorder.counters.decidedIn(attackers, 'storm').rejected;
  const begun = recorder.counters.sessions(attackers, ['storm'], 'rejected');
  const paysForMore = mostlyNotRejected(recorder, attackers);
  const cpuS = paysForMore ? undefined : marginal(recorder, 'cpuS');
  const logBytes = paysForMore ? undefined : marginal(recorder, 'logBytes');
  const costs = [
    ['reject.cpu_ms', cpuS === undefined ? undefined : cpuS * 1000, 'ms', decided],
    ['reject.bytes', bytesOf(recorder, attackers), 'B', begun],
    ['reject.log_bytes', logBytes, 'B', decided],
  ] as const;
  return costs.flatMap(([metric, cost, unit, n]) =>
    cost === undefined || n === 0 ? [] : { phase, metric, value: cost / n, unit, n },
  );
}

/** Why the marginal figures are not told. */
export function rejectUnavailable(
  recorder: Recorder,
  attackers: readonly number[],
): Run['unavailable'] {
  if (!mostlyNotRejected(recorder, attackers)) return [];
  const reason =
    'most sessions of the storm were accepted or deferred, so its cost is not that of the rejected ones';
  return ['reject.cpu_ms', 'reject.log_bytes'].map((metric) => ({ metric, reason }));
}

function mostlyNotRejected({ counters }: Recorder, attackers: readonly number[]): boolean {
  const { all, rejected } = counters.decidedIn(attackers, 'storm');
  return rejected < LEAST_REJECTED * all;
}

function marginal({ timeline, plan }: Recorder, total: Total): number | undefined {
  const { calmMs, stormMs, recoveryMs } = plan.spans;
  const curve = timeline.curve(total);
  const storm = growth(curve, stormMs, recoveryMs);
  const calm = growth(curve, calmMs, stormMs);
  if (storm === undefined || calm === undefined || stormMs === calmMs) return storm;
  return Math.max(0, storm - (calm / (stormMs - calmMs)) * (recoveryMs - stormMs));
}

function bytesOf({ counters }: Recorder, attackers: readonly number[]): number {
  const storm = PHASES.indexOf('storm');
  return attackers.reduce((sum, actor) => {
    const { bytesIn, bytesOut } = counters.startsOf(actor, storm);
    return sum + bytesIn + bytesOut;
  }, 0);
}
