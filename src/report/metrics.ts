// Looks metrics up in runs, and brings the repeats of one variant down to one figure.
import type { Metric, MetricPhase, Run } from '../result/result.ts';

/** The whole population's metric; those of single actors carry an `actor`. */
export function findMetric(run: Run, metric: string, phase: MetricPhase): Metric | undefined {
  return run.metrics.find((m) => m.metric === metric && m.phase === phase && m.actor === undefined);
}

/** In the first of the phases that has it. */
export function metricValue(
  run: Run,
  metric: string,
  ...phases: readonly MetricPhase[]
): number | undefined {
  for (const phase of phases) {
    const found = findMetric(run, metric, phase);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

/** Of one actor, over calm, storm and recovery. */
export function actorValue(run: Run, actor: string, name: string): number | undefined {
  const metric = `actor.${actor}.${name}`;
  return run.metrics.find((m) => m.actor === actor && m.metric === metric && m.phase === 'run')
    ?.value;
}

/** Real mail that was due and that the generator never sent, over calm, storm and recovery. */
export function unsentMail(run: Run): number {
  return (
    metricValue(run, 'legit.unsent', 'run') ??
    run.ledger.filter((row) => row.phase !== 'warmup' && row.state === 'unsent').length
  );
}

/** Over the runs that have a value; undefined when none has. */
export function medianOf(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((v) => v !== undefined).sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (upper + lower) / 2;
}

/** Counts add up over repeats; undefined when no run has it. */
export function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const present = values.filter((v) => v !== undefined);
  return present.length === 0 ? undefined : present.reduce((sum, v) => sum + v, 0);
}
