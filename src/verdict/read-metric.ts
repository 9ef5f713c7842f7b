// Finds a metric by the name that gates use for it.
import type { Metric, MetricPhase, Run } from '../result/result.ts';

/** Undefined where it was not measured, or rests on nothing. */
export function readMetric(name: string, phase: MetricPhase, run: Run): Metric | undefined {
  const metric = run.metrics.find((one) => one.phase === phase && namesOf(one).includes(name));
  if (metric === undefined || Number.isNaN(metric.value) || metric.n === 0) return undefined;
  return metric;
}

/** An actor's metric goes by its full name; a recorder may leave the prefix to the actor's field. */
function namesOf({ actor, metric }: Metric): readonly string[] {
  if (actor === undefined || metric.startsWith(`actor.${actor}.`)) return [metric];
  return [`actor.${actor}.${metric}`];
}
