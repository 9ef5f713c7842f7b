// Everything needed to run it again, and every outcome that was counted.
import { ABSENT, formatBytes, formatCount, formatCrew, formatTime } from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import type { Study } from '../study.ts';
import { dataTable, folded, section } from './figure.ts';

/** More rows than this make the page slow to open; the whole list is in the result. */
const MOST_ROWS = 400;

export function againSection(study: Study): Markup {
  const { result } = study;
  const { machine, target } = result;
  const facts: readonly (readonly [string, string])[] = [
    ['seed', String(result.seed)],
    ['plan', result.planDigest],
    ['blowback', `${result.blowback}, Node ${machine.node.replace(/^v/, '')}`],
    ['target', `${target.version} at ${target.address}`],
    [
      'machine',
      `${machine.os}, ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}`,
    ],
    ...(result.workers === undefined
      ? []
      : [['generator', formatCrew(result.workers, machine.cores)] as const]),
    ['started', formatTime(result.startedAt)],
    ['finished', result.finishedAt === undefined ? 'cut off' : formatTime(result.finishedAt)],
  ];
  return section('again', 'Run it again', [
    html`<pre>${result.command}</pre>`,
    html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
    actors(study),
    outcomes(study),
  ]);
}

function actors(study: Study): Markup {
  return folded(
    'The senders',
    dataTable({
      columns: ['Actor', 'kind', 'rate', 'planned'],
      rows: study.result.actors.map((a) => [a.name, a.kind, a.rate, formatCount(a.planned)]),
    }),
  );
}

function outcomes(study: Study): Markup | undefined {
  const several = study.result.runs.some((run) => run.repeat > 1);
  const rows = study.result.runs.flatMap((run) =>
    run.outcomes.map((row): Content[] => [
      several ? `${run.variant} (repeat ${run.repeat})` : run.variant,
      row.actor,
      row.phase,
      row.stage,
      row.state,
      formatCount(row.sessions),
      replies(row.replies),
    ]),
  );
  if (rows.length === 0) return undefined;
  const shown = rows.slice(0, MOST_ROWS);
  const cut = rows.length > shown.length ? `, the first ${MOST_ROWS}` : '';
  return folded(
    `Every actor, phase, stage and outcome (${formatCount(rows.length)} rows${cut})`,
    dataTable({
      columns: ['Variant', 'actor', 'phase', 'decided at', 'outcome', 'sessions', 'replies'],
      rows: shown,
    }),
  );
}

function replies(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([code, count]) => `${code}: ${formatCount(count)}`);
  return parts.join(', ') || ABSENT;
}
