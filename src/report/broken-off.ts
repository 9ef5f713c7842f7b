// Says it when many of the attack's sessions got no answer: it may be the storm's doing, or an address
// at which nothing listens, and no table of rejections tells which.
import { brokenSessions } from './effort.ts';
import { formatShare, plural } from './format.ts';
import { type Standing, wasPlayed } from './standing.ts';
import type { Study } from './study.ts';

/** Fewer than this need no sentence. */
const WORTH_TELLING = 0.05;
/** So many variants are told in figures, the worst first. */
const MOST_NAMED = 2;

/** Undefined when the server answered nearly all sessions. */
export function brokenOff({ standings, result }: Study): string | undefined {
  const found = standings
    // In a run that was cut short it is we who ended the sessions.
    .filter((standing) => wasPlayed(standing) && !neverGreeted(standing))
    .flatMap(({ variant, counted }) => {
      const broken = brokenSessions(counted, result.actors);
      return broken && broken.share > WORTH_TELLING ? [{ name: variant.name, ...broken }] : [];
    })
    .sort((a, b) => b.share - a.share);
  if (found.length === 0) return undefined;
  const named = found.slice(0, MOST_NAMED).map(({ name, share, ends }) => {
    const how = ends.map((end) =>
      ends.length === 1 ? end.name : `${percent(end.share)} ${end.name}`,
    );
    return `${percent(share)} in ${name} (${how.join(', ')})`;
  });
  const rest = found.length - named.length;
  const more =
    rest > 0 ? [`over ${percent(WORTH_TELLING)} in ${plural(rest, 'more variant')}`] : [];
  return `Attack sessions that ended without a final reply: ${[...named, ...more].join('; ')}.`;
}

/** The run's own warning says it already. */
function neverGreeted({ runs }: Standing): boolean {
  return runs.some((run) => run.warnings.some(({ code }) => code === 'never-greeted'));
}

function percent(share: number): string {
  return formatShare(Number(share.toPrecision(2)));
}
