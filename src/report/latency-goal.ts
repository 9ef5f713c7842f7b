// Those goals of the scenario that charts can show: upper limits on how long real mail may take.
import type { Result } from '../result/result.ts';

export interface LatencyGoal {
  /** 1 for the slowest message of all. */
  readonly quantile: number;
  /** In seconds. */
  readonly limit: number;
  /** Whether it speaks of the storm by itself, and not only of the run as a whole. */
  readonly inStorm: boolean;
  /** For the margin of the chart. */
  readonly short: string;
}

const FORM =
  /^legit\.latency\.(p\d+|max)\s*<=?\s*([\d.]+)\s*(us|ms|s|min)(?:\s+in\s+(.+?))?(?:\s+for\s+\S+)?$/;
const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, min: 60 };

/** A goal on other phases alone says nothing of the storm, and is left out. */
export function latencyGoals({ goal }: Pick<Result, 'goal'>): LatencyGoal[] {
  return goal.flatMap((text) => {
    const [, name = '', value, unit = '', where] = FORM.exec(text.trim()) ?? [];
    const factor = SECONDS[unit];
    const inStorm = where !== undefined && /\bstorm\b/.test(where);
    if (value === undefined || factor === undefined || (where !== undefined && !inStorm)) return [];
    // p99 is 0.99 and p999 is 0.999.
    const quantile = name === 'max' ? 1 : Number(`0.${name.slice(1)}`);
    const short = `goal: ${name} < ${value}${unit}`;
    return [{ quantile, limit: Number(value) * factor, inStorm, short }];
  });
}

/** The limit that the colours of delays are made from: that on the slowest mail, and the strictest. */
export function delayLimit(result: Pick<Result, 'goal'>): number | undefined {
  return latencyGoals(result)
    .filter(({ limit }) => limit > 0)
    .sort((a, b) => b.quantile - a.quantile || a.limit - b.limit)[0]?.limit;
}
