// Where the storm was stopped; beneath it what stopping it cost (costs.ts), and why (own-words.ts).
import { STOPS, stormStops } from '../effort.ts';
import { formatCount, formatShare, shorten } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import { CHART_WIDTH, LABEL_LENGTH } from '../svg/chart-frame.ts';
import { drawing, filled, words } from '../svg/element.ts';
import { lightOf, STAGE_TONES } from '../svg/palette.ts';
import { STAGE_BAR, stackedBar } from '../svg/stacked-bar.ts';
import { costTables } from './costs.ts';
import { figure, nameTag, section, type Table } from './figure.ts';
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
    costTables(study),
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
