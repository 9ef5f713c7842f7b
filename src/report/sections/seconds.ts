// The run second by second: panels with one shared time axis, one line per variant.
import { formatCount, formatLength, listOf } from '../format.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { middleRun, type Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import {
  bottomAxis,
  CHART_WIDTH,
  type LineLabel,
  lineLabels,
  PLOT_LEFT,
  PLOT_RIGHT,
  type Plot,
  valueAxis,
} from '../svg/chart-frame.ts';
import { band, drawing, variantLine, words } from '../svg/element.ts';
import { linearScale, logScale, type Scale, timeScale } from '../svg/scale.ts';
import { minMaxBuckets, type Point, timeLine } from '../svg/time-line.ts';
import { figure, section, type Table } from './figure.ts';
import { PANELS, type Panel, showValue } from './panels.ts';

const PANEL_HEIGHT = 104;
/** Buckets over all lines of the page, so that its size does not grow with the run or the variants. */
const BUCKET_BUDGET = 15_000;
const MOST_BUCKETS = 500;
const TABLE_ROWS = 16;

interface Line {
  readonly standing: Standing;
  readonly place: number;
  readonly points: readonly Point[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

export function secondsSection(study: Study): Markup | undefined {
  const span = { from: study.phases[0]?.from ?? 0, to: lastSecond(study) };
  const all = PANELS.map((panel) => ({ panel, lines: linesOf(study, panel, span) }));
  const shown = all.filter(({ lines }) => lines.some((line) => hasData(line.points)));
  if (shown.length === 0) return undefined;
  const left = all.filter((one) => !shown.includes(one)).map(({ panel }) => panel);
  const lineCount = shown.reduce((sum, { lines }) => sum + lines.length, 0);
  const most = Math.min(MOST_BUCKETS, Math.max(20, Math.floor(BUCKET_BUDGET / lineCount)));
  const figures = shown.map(({ panel, lines }, index) =>
    panelFigure({ study, panel, lines, span, most, index }),
  );
  const repeats = study.result.runs.some((run) => run.repeat > 1);
  return section(
    'seconds',
    'Second by second',
    html`${repeats ? html`<p class="sub">The middle repeat of each variant.</p>` : undefined}<div class="panels">${figures}</div>${leftOut(study, left)}`,
  );
}

function linesOf(study: Study, panel: Panel, span: Span): Line[] {
  return study.standings.flatMap((standing, place) => {
    const run = middleRun(standing, study.quantile);
    if (run === undefined) return [];
    const points = run.timeline
      .filter((second) => second.t >= span.from)
      .map((second) => ({ t: second.t, value: panel.value(second) }));
    return [{ standing, place, points }];
  });
}

/** A line of nothing but zeros says as little as no line. */
function hasData(points: readonly Point[]): boolean {
  return points.some((point) => point.value !== undefined && point.value !== 0);
}

function lastSecond(study: Study): number {
  const planned = study.phases.at(-1)?.to ?? 1;
  return study.result.runs.reduce(
    (latest, run) => Math.max(latest, (run.timeline.at(-1)?.t ?? 0) + 1),
    planned,
  );
}

interface PanelFacts {
  readonly study: Study;
  readonly panel: Panel;
  readonly lines: readonly Line[];
  readonly span: Span;
  readonly most: number;
  readonly index: number;
}

function panelFigure(facts: PanelFacts): Markup {
  const { panel, lines, span, index } = facts;
  const caption =
    index === 0
      ? 'A line at the top edge: mail that was due then had not arrived when the run ended.'
      : undefined;
  return figure(panelChart(facts), caption, numbers(panel, lines, span));
}

function panelChart({ study, panel, lines, span, most, index }: PanelFacts): Markup {
  const top = index === 0 ? 44 : 28;
  const plot = { left: PLOT_LEFT, right: PLOT_RIGHT, top, bottom: top + PANEL_HEIGHT };
  const x = timeScale(span.from, span.to, [plot.left, plot.right], 12);
  const y = valueScale(panel, lines, plot);
  const title = panel.title;
  return drawing(
    {
      id: `panel-${index}`,
      width: CHART_WIDTH,
      height: plot.bottom + 26,
      title: `${title}, second by second`,
      description: describe(study, panel, lines),
    },
    [
      words(plot.left, 14, title, { ink: 'text', bold: true }),
      storm(study, x, plot, index === 0),
      valueAxis(plot, y, panel.format),
      bottomAxis(plot, x, (t) => formatLength(t - span.from)),
      lines.map((line) =>
        variantLine(timeLine(line.points, x, y, most), line.standing.colour, line.place),
      ),
      words(plot.right + 10, plot.top - 10, 'largest in the storm'),
      lineLabels(plot, labels(study, panel, lines, y)),
    ],
  );
}

function valueScale(panel: Panel, lines: readonly Line[], plot: Plot): Scale {
  // Loops, not spreads: a long run has more values than a call may have arguments.
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const { value } of lines.flatMap((line) => line.points)) {
    if (value === undefined || !Number.isFinite(value) || value <= 0) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (panel.scale === 'linear') {
    return linearScale(most, [plot.bottom, plot.top], 4, panel.format === formatCount ? 1 : 0);
  }
  // Head room, so that what never arrived stands apart from what was merely slow.
  // Where nothing arrived at all, the axis spans what nobody can take for a delay that was measured.
  return logScale(Number.isFinite(least) ? least : 1, (most > 0 ? most : 100) * 1.5, [
    plot.bottom,
    plot.top,
  ]);
}

function storm(study: Study, x: Scale, plot: Plot, named: boolean): Content {
  return study.phases.map(({ phase, from, to }) => {
    const [left, right] = [x.at(from), x.at(to)];
    const name =
      named && right - left > phase.length * 8
        ? words((left + right) / 2, plot.top - 8, phase, { anchor: 'middle' })
        : undefined;
    const back =
      phase === 'storm' ? band(left, plot.top, right - left, plot.bottom - plot.top) : undefined;
    return [back, name];
  });
}

/** At the height of the storm's peak: where the run ends, all lines have come together again. */
function labels(study: Study, panel: Panel, lines: readonly Line[], y: Scale): LineLabel[] {
  return lines.flatMap(({ standing, place, points }) => {
    const peak = stormPeak(study, points);
    if (peak === undefined) return [];
    return [
      {
        text: standing.variant.name,
        colour: standing.colour,
        place,
        y: y.at(peak),
        figure: showValue(panel, peak),
      },
    ];
  });
}

function stormPeak(study: Study, points: readonly Point[]): number | undefined {
  const span = study.phases.find((phase) => phase.phase === 'storm');
  const within = points.filter((p) => span === undefined || (p.t >= span.from && p.t < span.to));
  return minMaxBuckets(within, 1)[0]?.high;
}

function describe(study: Study, panel: Panel, lines: readonly Line[]): string {
  const each = lines.map(({ standing, points }) => {
    const peak = showValue(panel, stormPeak(study, points));
    return `${standing.variant.name} ${peak || 'unknown'}`;
  });
  return `Largest value in the storm: ${each.join(', ')}.`;
}

/** The largest value per stretch of time: where a chart shows a spike, its table shows it too. */
function numbers(panel: Panel, lines: readonly Line[], span: Span): Table {
  const width = Math.max(1, Math.ceil((span.to - span.from) / TABLE_ROWS));
  const rows: Content[][] = [];
  for (let from = span.from; from < span.to; from += width) {
    const cells = lines.map(({ points }) => {
      const within = points.filter((point) => point.t >= from && point.t < from + width);
      return showValue(panel, minMaxBuckets(within, 1)[0]?.high);
    });
    rows.push([`from ${formatLength(from - span.from)}`, ...cells]);
  }
  return {
    columns: [
      `Largest in ${formatLength(width)}`,
      ...lines.map((line) => line.standing.variant.name),
    ],
    rows,
  };
}

function leftOut(study: Study, panels: readonly Panel[]): Markup | undefined {
  if (panels.length === 0) return undefined;
  const reasons = new Map(
    study.result.runs.flatMap((run) => run.unavailable.map((u) => [u.metric, u.reason] as const)),
  );
  const names = panels.map(({ title, metric }) => {
    const reason = metric === undefined ? undefined : reasons.get(metric);
    return `“${title}”${reason === undefined ? '' : ` (${reason})`}`;
  });
  const why = 'nothing was measured, or nothing but zero';
  return html`<p class="sub">Left out, because ${why}: ${listOf(names)}.</p>`;
}
