// How a variant's wait compares with the baseline's, as far as the data allow a ratio at all.
import type { Result } from '../result/result.ts';
import { formatRatio, formatTimes } from './format.ts';
import type { Quantile, Ratio, Standing } from './standing.ts';
import { describeRatio } from './verdict-words.ts';

/** Smaller differences than this are noise (the default margin for latencies). */
const MARGIN = 0.25;

export function ratioToBaseline(
  result: Result,
  standing: Standing,
  baseline: Standing,
  quantile: Quantile | undefined,
): Ratio | undefined {
  const [mine, theirs] = [standing.wait, baseline.wait];
  if (standing.isBaseline || !quantile || !mine || !theirs || theirs.seconds <= 0) return undefined;
  const record = result.verdicts.find(
    (v) =>
      v.metric === quantile.metric && v.phase === 'storm' && v.variant === standing.variant.name,
  );
  if (record?.ratio !== undefined) {
    const clear = record.verdict === 'better' || record.verdict === 'worse';
    return { value: record.ratio, text: clear ? describeRatio(record) : 'no clear difference' };
  }
  const value = mine.seconds / theirs.seconds;
  // "At least" over "at least" can be anything.
  if (mine.atLeast && theirs.atLeast) return undefined;
  if (theirs.atLeast && value < 1) return { value, text: `≥\u00a0${formatTimes(1 / value)} lower` };
  if (mine.atLeast && value > 1) return { value, text: `≥\u00a0${formatTimes(value)} higher` };
  if (mine.atLeast || theirs.atLeast) return undefined;
  return { value, text: formatRatio(value, MARGIN) };
}
