// Verdicts in words and figures, as every renderer has them.
import type { VerdictRecord } from '../result/result.ts';
import { ABSENT, formatShare, formatTimes, plural } from './format.ts';

/** E.g. `3.3× lower (2.9–3.9×)`, or `1.02× higher (0.94–1.1×)` of what may be either. */
export function describeRatio(record: VerdictRecord): string {
  const { ratio, low = 0, high = Number.POSITIVE_INFINITY } = record;
  if (ratio === undefined) return record.reason ?? 'no data';
  const isLower = ratio < 1;
  const [times, from, to] = isLower ? [1 / ratio, 1 / high, 1 / low] : [ratio, low, high];
  const way = isLower ? 'lower' : 'higher';
  const odds = record.scale === 'odds' ? 'odds ' : '';
  const size = fine(times);
  return `${odds}${size === '1×' ? 'the same' : `${size} ${way}`} (${range(from, to)})`;
}

function range(from: number, to: number): string {
  if (!Number.isFinite(to)) return `at least ${fine(from)}`;
  return `${fine(from).slice(0, -1)}–${fine(to)}`;
}

/** Close to 1 a tenth is too coarse. */
function fine(times: number): string {
  if (times >= 1.95) return formatTimes(times);
  return `${times.toFixed(2).replace(/\.?0+$/, '')}×`;
}

/** E.g. `legit.latency.p95 in storm`. */
export function nameOfQuestion({ metric, phase }: VerdictRecord): string {
  return phase === 'run' ? metric : `${metric} in ${phase}`;
}

/** Why nothing can be said, and what could have been. */
export function describeDoubt({ verdict, reason, smallest }: VerdictRecord): string | undefined {
  if (verdict !== 'inconclusive') return undefined;
  if (reason !== undefined) return reason;
  return smallest === undefined
    ? 'too few pairs'
    : `a change of ${formatShare(smallest - 1)} would have shown`;
}

/** E.g. `5 pairs`. */
export function describePairs({ pairs, censored }: VerdictRecord): string {
  if (pairs === 0) return ABSENT;
  return `${plural(pairs, 'pair')}${censored === undefined ? '' : `, ${censored} with mail that never arrived`}`;
}

export const VERDICT_MARKS = {
  better: '▲',
  worse: '▼',
  equivalent: '=',
  inconclusive: '?',
} as const;
