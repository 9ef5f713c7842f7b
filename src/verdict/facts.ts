// Facts against those of a stored result: counts, and bytes for each reject. They hardly depend on how busy a machine
// is, so that they can be held against another day's; waiting times and CPU cannot.
import type { MetricPhase, Result, Run } from '../result/result.ts';
import { readMetric } from './read-metric.ts';

export interface Fact {
  readonly variant: string;
  readonly metric: string;
  readonly phase: MetricPhase;
  readonly measured: number;
  readonly stored: number;
  readonly isWorse: boolean;
}

interface Kind {
  readonly metric: string;
  readonly phase: MetricPhase;
  /** By so much more it may be: what is counted exactly may not be more at all. */
  readonly margin: number;
}

const KINDS: readonly Kind[] = [
  { metric: 'legit.lost', phase: 'run', margin: 0 },
  { metric: 'legit.rejected', phase: 'run', margin: 0 },
  { metric: 'target.backscatter', phase: 'run', margin: 0 },
  { metric: 'attack.amplification', phase: 'run', margin: 0.1 },
  { metric: 'reject.bytes', phase: 'storm', margin: 0.1 },
  { metric: 'reject.log_bytes', phase: 'storm', margin: 0.1 },
];

/** Of every variant but the baseline, held against the stored one of its name, or else the stored baseline. */
export function compareFacts(now: Pick<Result, 'variants' | 'runs'>, before: Result): Fact[] {
  const names = before.variants.map(({ name }) => name);
  return now.variants.slice(1).flatMap(({ name: variant }) => {
    const against = names.includes(variant) ? variant : (names[0] ?? '');
    return KINDS.flatMap(({ metric, phase, margin }) => {
      const pick = margin === 0 ? most : median;
      const of = (runs: readonly Run[], name: string) =>
        pick(
          runs
            .filter((run) => run.variant === name && (run.valid || margin === 0))
            .flatMap((run) => readMetric(metric, phase, run)?.value ?? []),
        );
      const [mine, theirs] = [of(now.runs, variant), of(before.runs, against)];
      // What one of both did not measure is nobody's fact.
      if (mine === undefined || theirs === undefined) return [];
      const isWorse = mine > theirs * (1 + margin);
      return [{ variant, metric, phase, measured: mine, stored: theirs, isWorse }];
    });
  });
}

function most(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.max(...values);
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
