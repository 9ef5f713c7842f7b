// Whether a variant is better than another, and how sure that is: paired runs, bounds on the ratio, a verdict.
// Why paired t on logarithms: see test/bench/verdict. The same runs always give the same verdict.
import type { Run, VerdictRecord } from '../result/result.ts';
import type { MetricInfo } from '../scenario/metrics.ts';
import { type Comparand, type Pairs, pairRuns, type Sides } from './pairs.ts';
import type { Estimate } from './statistics/estimate.ts';
import { pairedT, smallestEffect } from './statistics/paired-t.ts';
import { hodgesLehmann } from './statistics/signed-rank.ts';
import { type Traits, traitsOf } from './traits.ts';

/** How often a whole comparison may call a variant worse that is none, all its looks and metrics together. */
const FALSE_ALARMS = 0.05;
/** So many pairs are looked at; no more than the last are played. */
export const LOOKS = [5, 10, 15] as const;
/** A median needs most of its values: with more pairs than this missing on both sides it has none. */
const MOST_BOTH_CENSORED = 1 / 3;
/** Where a variant has so many more runs that cannot be trusted than the other, that is no accident. */
const SUSPICIOUS = 3;

export interface Question extends Sides, Comparand {
  /** The smallest change that matters; undefined for the metric's own. */
  readonly margin?: number | undefined;
}

/** @param level how often one bound of one question may be missed */
export function compareRuns(
  runs: readonly Run[],
  question: Question,
  unit: MetricInfo['unit'],
  level: number,
): VerdictRecord {
  const { metric, phase, variant, baseline } = question;
  const own = traitsOf(metric, unit);
  const traits = { ...own, margin: question.margin ?? own.margin };
  const pairs = pairRuns(runs, question, question, traits);
  const common = { metric, phase, variant, baseline, margin: traits.margin };
  const { differences } = pairs;
  if (differences.length === 0) {
    return { ...common, verdict: 'inconclusive', pairs: 0, reason: whyNone(pairs) };
  }
  const method = pairs.censored > 0 ? 'hodges-lehmann' : 'paired-t';
  const estimate = (method === 'paired-t' ? pairedT : hodgesLehmann)(differences, level);
  const ratio = Math.exp(estimate.centre);
  const [low, high] = [Math.exp(estimate.low), Math.exp(estimate.high)];
  const smallest = Math.exp(smallestEffect(differences, level));
  const doubt = doubtAbout(runs, question, pairs);
  return {
    ...common,
    verdict: doubt === undefined ? verdictOf(estimate, traits) : 'inconclusive',
    ratio,
    low,
    // JSON has no infinity: without a bound it is absent.
    ...(Number.isFinite(high) && { high }),
    pairs: differences.length,
    method,
    level,
    ...(traits.scale === 'odds' && { scale: 'odds' }),
    ...(Number.isFinite(smallest) && { smallest }),
    ...(pairs.censored > 0 && { censored: pairs.censored }),
    ...(doubt !== undefined && { reason: doubt }),
  };
}

/** Each of the looks at each of the questions has its share. */
export function levelOf(questions: number, looks: number): number {
  return FALSE_ALARMS / (Math.max(1, questions) * looks);
}

function verdictOf({ centre, low, high }: Estimate, traits: Traits): VerdictRecord['verdict'] {
  const margin = Math.log(1 + traits.margin);
  if (low > 0 && centre >= margin) return traits.better === 'lower' ? 'worse' : 'better';
  if (high < 0 && centre <= -margin) return traits.better === 'lower' ? 'better' : 'worse';
  return low >= -margin && high <= margin ? 'equivalent' : 'inconclusive';
}

function doubtAbout(runs: readonly Run[], sides: Sides, pairs: Pairs): string | undefined {
  if (pairs.bothCensored > pairs.differences.length * MOST_BOTH_CENSORED) {
    return `in ${pairs.bothCensored} of ${pairs.differences.length} pairs the mail that decides never arrived, on either side`;
  }
  const invalid = (name: string) => runs.filter((run) => run.variant === name && !run.valid).length;
  const [mine, theirs] = [invalid(sides.variant), invalid(sides.baseline)];
  if (Math.abs(mine - theirs) < SUSPICIOUS) return undefined;
  const [more, many] = mine > theirs ? [sides.variant, mine] : [sides.baseline, theirs];
  return `${many} runs of ${more} cannot be trusted: that setting may itself starve the generator`;
}

function whyNone({ invalid, missing }: Pairs): string {
  if (missing !== undefined) return missing;
  return invalid > 0 ? 'no pair of runs can be trusted' : 'they were not played side by side';
}
