// What the target's own log says of its clients: why it refused them, and what it made of those that it
// looked at before. Over all counted runs; left out where the target keeps no such log.
import { formatCount } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { metricValue } from '../metrics.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { dataTable, nameTag } from './figure.ts';

type Counts = ReadonlyMap<string, number>;

export function ownWords(study: Study): (Markup | undefined)[] {
  const sums = study.standings.map(causesOf);
  const total = (cause: string) => sums.reduce((all, sum) => all + (sum.get(cause) ?? 0), 0);
  const causes = [...new Set(sums.flatMap((sum) => [...sum.keys()]))];
  causes.sort((a, b) => total(b) - total(a));
  return [
    table(study, 'Why it refused, by its own log', 'Refusals in the whole run', causes, sums),
    table(
      study,
      'What it made of its clients',
      'Clients',
      VERDICTS.map(([name]) => name),
      study.standings.map(verdictsOf),
    ),
  ];
}

function causesOf({ counted }: Standing): Counts {
  const sum = new Map<string, number>();
  for (const [cause, n] of counted.flatMap((run) => Object.entries(run.causes ?? {}))) {
    sum.set(cause, (sum.get(cause) ?? 0) + n);
  }
  return sum;
}

const VERDICTS = [
  ['too many at once', 'target.refused_concurrent'],
  ['too many a minute', 'target.refused_rate'],
  ['too many errors', 'target.too_many_errors'],
  ['spoke too early', 'target.postscreen.pregreet'],
  ['on block lists', 'target.postscreen.dnsbl'],
  ['left during the tests', 'target.postscreen.hangup'],
  ['passed the tests', 'target.postscreen.pass_new'],
  ['passed before', 'target.postscreen.pass_old'],
] as const;

function verdictsOf({ counted }: Standing): Counts {
  return new Map(
    VERDICTS.map(([name, metric]) => [
      name,
      counted.reduce((sum, run) => sum + (metricValue(run, metric, 'run', 'storm') ?? 0), 0),
    ]),
  );
}

/** Without the columns that hold nothing but zeros; undefined where that is all of them. */
function table(
  study: Study,
  title: string,
  first: string,
  names: readonly string[],
  counts: readonly Counts[],
): Markup | undefined {
  const shown = names.filter((name) => counts.some((sum) => (sum.get(name) ?? 0) > 0));
  if (shown.length === 0) return undefined;
  const rows = study.standings.map((standing, i) => [
    nameTag(standing, study),
    ...shown.map((name) => formatCount(counts[i]?.get(name) ?? 0)),
  ]);
  return html`<h3>${title}</h3>${dataTable({ columns: [first, ...shown], rows })}`;
}
