// How much of the attack an SPF record kept from happening. No merit of the server's: what the senders
// refused at their own doors neither met it nor was rejected by it.
import { formatCount, formatShare, listOf, plural } from './format.ts';
import { metricValue, sumOf } from './metrics.ts';
import { wasPlayed } from './standing.ts';
import type { Study } from './study.ts';

/** So many variants are told with their figures, the largest shares first. */
const MOST_NAMED = 3;

/** Undefined where no record averted anything. */
export function avertedSentence({ standings }: Study): string | undefined {
  const found = standings
    .filter(wasPlayed)
    .flatMap(({ variant, counted }) => {
      const total = (name: string) =>
        sumOf(counted.map((run) => metricValue(run, `attack.${name}`, 'run', 'storm'))) ?? 0;
      const [averted, planned] = [total('averted'), total('planned')];
      return averted > 0 ? [{ name: variant.name, averted, planned }] : [];
    })
    .sort((a, b) => b.averted / b.planned - a.averted / a.planned);
  if (found.length === 0) return undefined;
  const named = found.slice(0, MOST_NAMED).map(({ name, averted, planned }) => {
    const share = formatShare(Number((averted / planned).toPrecision(2)));
    return `${formatCount(averted)} of ${formatCount(planned)} (${share}) in ${name}`;
  });
  const rest = found.length - named.length;
  const more = rest > 0 ? [`fewer in ${plural(rest, 'more variant')}`] : [];
  return `Attack sessions that an SPF record averted at their senders, before they met the server: ${listOf([...named, ...more])}.`;
}
