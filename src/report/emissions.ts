// What the target sent of its own accord: bounces to forged senders above all, which make it part of
// somebody else's storm. Counts over all counted runs, samples of the first that has any.
import type { EmittedSample } from '../result/result.ts';
import { formatCount, listOf, plural } from './format.ts';
import { metricValue, sumOf } from './metrics.ts';
import type { Standing } from './standing.ts';
import type { Study } from './study.ts';

export interface EmissionRow {
  readonly standing: Standing;
  /** Bounces to forged senders, and the failed recipients that they speak of. */
  readonly backscatter: number;
  readonly recipients: number;
  /** Bounces to the senders of real mail. */
  readonly fair: number;
  readonly probes: number;
  readonly others: number;
  readonly samples: readonly EmittedSample[];
}

/** The variants that sent something. */
export function emissionRows({ standings }: Study): EmissionRow[] {
  return standings.flatMap((standing) => {
    const { counted } = standing;
    const total = (name: string) =>
      sumOf(counted.map((run) => metricValue(run, `target.${name}`, 'run', 'storm'))) ?? 0;
    const row = {
      standing,
      backscatter: total('backscatter'),
      recipients: total('backscatter_recipients'),
      fair: total('fair_bounces'),
      probes: total('probes'),
      others: total('other_mail'),
      samples: counted.find(({ emitted = [] }) => emitted.length > 0)?.emitted ?? [],
    };
    return row.backscatter + row.fair + row.probes + row.others > 0 ? [row] : [];
  });
}

/** So many variants are told with their figures. */
const MOST_NAMED = 2;

/** For the headline: undefined when no variant bounced anything to a forged sender. */
export function backscatterSentence(study: Study): string | undefined {
  const found = emissionRows(study)
    .filter(({ backscatter }) => backscatter > 0)
    .sort((a, b) => b.backscatter - a.backscatter);
  const [first] = found;
  if (!first) return undefined;
  const name = (row: EmissionRow) => row.standing.variant.name;
  if (found.length === 1) {
    return `${name(first)} accepts mail for unknown recipients and bounces it later: ${plural(first.backscatter, 'bounce')} to forged senders.`;
  }
  const named = found
    .slice(0, MOST_NAMED)
    .map((row) => `${formatCount(row.backscatter)} in ${name(row)}`);
  const rest = found.length - named.length;
  const more = rest > 0 ? [`fewer in ${plural(rest, 'more variant')}`] : [];
  return `${plural(found.length, 'variant')} accept mail for unknown recipients and bounce it later: bounces to forged senders, ${listOf([...named, ...more])}.`;
}

/** One of the bounces, in a few words: `to mary@isp.example, “Undelivered Mail”`. */
export function exampleOf({ samples }: EmissionRow): string | undefined {
  const bounce = samples.find(({ kind }) => kind === 'bounce');
  return bounce && `to ${bounce.to}, “${bounce.subject}”`;
}
