// Where the storm was stopped, and what stopping it cost.
import { STOPS, stormStops } from '../effort.ts';
import {
  ABSENT,
  formatBytes,
  formatCount,
  formatNumber,
  formatSeconds,
  formatShare,
  formatShort,
  shorten,
} from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { medianOf, metricValue } from '../metrics.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { CHART_WIDTH, LABEL_LENGTH } from '../svg/chart-frame.ts';
import { drawing, filled, words } from '../svg/element.ts';
import { lightOf, STAGE_TONES } from '../svg/palette.ts';
import { STAGE_BAR, stackedBar } from '../svg/stacked-bar.ts';
import { dataTable, figure, nameTag, section, type Table } from './figure.ts';
import { ownWords } from './own-words.ts';
import { stageCosts } from './stage-costs.ts';

const LEFT = 170;
const ROW = 34;
const BAR = 24;

interface Row {
  readonly standing: Standing;
  readonly place: number;
  readonly counts: readonly number[];
  readonly total: number;
}

export function stopsSection(study: Study): Markup | undefined {
  const rows = study.standings.flatMap((standing, place) => {
    const counts = stormStops(standing.counted, study.result.actors);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return total === 0 ? [] : [{ standing, place, counts, total }];
  });
  if (rows.length === 0) return undefined;
  const used = STOPS.map((_, stop) => rows.some((row) => (row.counts[stop] ?? 0) > 0));
  return section('stops', 'Where the storm was stopped', [
    legend(used),
    figure(
      chart(rows),
      'Attack sessions of the storm, in the order of the dialogue: the paler the blue, the earlier, and the cheaper for the target. A deferral counts where it was spoken, and comes back.',
      numbers(study, rows, used),
    ),
    html`<h3>What it cost</h3>${dataTable(costs(study))}${costNote(study)}`,
    stageCosts(study),
    ownWords(study),
  ]);
}

function legend(used: readonly boolean[]): Markup {
  const items = STOPS.map((name, stop) => {
    if (!used[stop]) return undefined;
    const patch = filled('M0 0h14v12h-14z', `k${stop}`, lightOf(STAGE_TONES, stop));
    return html`<span class="tag"><svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">${patch}</svg> ${name}</span> `;
  });
  return html`<p class="key">${items}</p>`;
}

function chart(rows: readonly Row[]): Markup {
  const bars = rows.map(({ standing, place, counts, total }, i) => {
    const y = i * ROW + 4;
    const frame = { x: LEFT, y, width: CHART_WIDTH - LEFT - 10, height: BAR };
    const parts = counts.map((count, tone) => ({ share: count / total, tone }));
    const name = words(LEFT - 12, y + 16.5, shorten(standing.variant.name, LABEL_LENGTH), {
      anchor: 'end',
      ink: 'text',
    });
    return html`<g class="v p${place}">${name}${stackedBar(parts, frame, STAGE_BAR)}</g>`;
  });
  return drawing(
    {
      id: 'stops-chart',
      width: CHART_WIDTH,
      height: rows.length * ROW + 2,
      title: 'Where the sessions of the storm ended, by stage of the dialogue',
      description: rows.map(describe).join(' '),
    },
    bars,
  );
}

function describe({ standing, counts, total }: Row): string {
  const parts = counts.flatMap((count, stop) =>
    count === 0 ? [] : [`${STOPS[stop]} ${formatShare(count / total)}`],
  );
  return `${standing.variant.name}: ${parts.join(', ')}.`;
}

function numbers(study: Study, rows: readonly Row[], used: readonly boolean[]): Table {
  const columns = STOPS.filter((_, stop) => used[stop]);
  return {
    columns: ['Variant', 'n', ...columns],
    rows: rows.map(({ standing, counts, total }) => [
      nameTag(standing, study),
      formatCount(total),
      ...counts
        .filter((_, stop) => used[stop])
        .map((count) => html`${formatCount(count)} <small>(${formatShare(count / total)})</small>`),
    ]),
  };
}

interface Cost {
  readonly title: string;
  readonly metric: string;
  readonly show: (value: number) => string;
}

const REJECT_CPU = 'reject.cpu_ms';
const COSTS: readonly Cost[] = [
  { title: 'CPU per reject', metric: REJECT_CPU, show: (v) => `${formatNumber(v)}\u00a0ms` },
  { title: 'sessions per original', metric: 'attack.amplification', show: formatShort },
  { title: 'sessions', metric: 'attack.sessions', show: formatCount },
  { title: 'rejected', metric: 'attack.rejected', show: formatCount },
  { title: 'CPU', metric: 'target.cpu_s', show: (v) => `${formatNumber(v)}\u00a0s` },
  { title: 'memory, peak', metric: 'target.memory_peak', show: formatBytes },
  { title: 'log', metric: 'target.log_bytes', show: formatBytes },
  // Of two servers.
  {
    title: 'of the CPU, behind',
    metric: 'target.behind.cpu_s',
    show: (v) => `${formatNumber(v)}\u00a0s`,
  },
  { title: 'sessions behind', metric: 'target.behind.sessions', show: formatCount },
  { title: 'questions behind', metric: 'target.behind.probes', show: formatCount },
  { title: 'swallowed', metric: 'target.swallowed', show: formatCount },
  { title: 'over the link', metric: 'target.link_bytes', show: formatBytes },
  { title: 'disk', metric: 'target.disk_bytes', show: formatBytes },
  { title: 'in stress mode', metric: 'target.stress_s', show: formatSeconds },
];

/** Why a variant has no price of a reject, where there are sessions that it would mislead about. */
function withheldReasons({ standings }: Study): ReadonlySet<string> {
  const missing = standings.flatMap(({ counted }) => counted.flatMap((run) => run.unavailable));
  return new Set(missing.filter(({ metric }) => metric === REJECT_CPU).map(({ reason }) => reason));
}

function costNote(study: Study): Markup | undefined {
  const reasons = withheldReasons(study);
  const shown = study.standings.some((s) =>
    s.counted.some((run) => metricValue(run, REJECT_CPU, 'storm', 'run') !== undefined),
  );
  if (!shown && reasons.size === 0) return undefined;
  return html`<p class="sub">CPU per reject: the target's CPU a second in the storm, less that in the calm, which real mail costs anyway, for each session that it rejected.${[...reasons].map((reason) => ` ${ABSENT}: ${reason}.`)}</p>`;
}

/** Medians over the repeats. A column that no variant can fill is left out. */
function costs(study: Study): Table {
  const value = (standing: Standing, { metric }: Cost) =>
    medianOf(standing.counted.map((run) => metricValue(run, metric, 'storm', 'run')));
  const columns = COSTS.filter(
    (cost) =>
      study.standings.some((s) => value(s, cost) !== undefined) ||
      (cost.metric === REJECT_CPU && withheldReasons(study).size > 0),
  );
  return {
    columns: ['In the storm', ...columns.map((cost) => cost.title)],
    rows: study.standings.map((standing): Content[] => [
      nameTag(standing, study),
      ...columns.map((cost) => {
        const figure = value(standing, cost);
        return figure === undefined ? ABSENT : cost.show(figure);
      }),
    ]),
  };
}
