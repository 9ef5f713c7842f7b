// How long real mail waited in the storm: percentiles on an axis of nines.
import { formatCount, formatSeconds, formatShort, formatTick, listOf } from '../format.ts';
import { type LatencyGoal, latencyGoals } from '../latency-goal.ts';
import { html, type Markup } from '../markup.ts';
import { SAMPLES_BEYOND, type Standing } from '../standing.ts';
import { type Distribution, stormWaits } from '../storm-waits.ts';
import type { Study } from '../study.ts';
import {
  bottomAxis,
  CHART_WIDTH,
  lineLabels,
  PLOT_LEFT,
  PLOT_RIGHT,
  valueAxis,
} from '../svg/chart-frame.ts';
import { diamond, drawing, px, variantLine } from '../svg/element.ts';
import { INK } from '../svg/palette.ts';
import { logScale, ninesScale, type Scale } from '../svg/scale.ts';
import { figure, nameTag, section } from './figure.ts';

const PLOT = { left: PLOT_LEFT, right: PLOT_RIGHT, top: 12, bottom: 252 };
const HEIGHT = 284;
const TABLE_QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];
const STEPS = 120;

interface Curve {
  readonly standing: Standing;
  readonly place: number;
  readonly waits: Distribution;
}

export function waitsSection(study: Study): Markup | undefined {
  const curves = study.standings.flatMap((standing, place) => {
    const waits = stormWaits(standing.counted);
    return waits === undefined || waits.n < 2 * SAMPLES_BEYOND ? [] : [{ standing, place, waits }];
  });
  if (curves.length === 0) return undefined;
  const goals = latencyGoals(study.result).filter((goal) => goal.inStorm && goal.quantile < 1);
  const numbers = {
    columns: [
      'Variant',
      'n',
      ...TABLE_QUANTILES.map((q) => `p${formatShort(q * 100)}`),
      'not delivered',
    ],
    rows: curves.map(({ standing, waits }) => [
      nameTag(standing, study),
      formatCount(waits.n),
      ...TABLE_QUANTILES.map((q) => cell(waits, q)),
      formatCount(waits.undelivered),
    ]),
  };
  return section(
    'waits',
    'How long real mail waited in the storm',
    figure(chart(curves, goals), caption(curves, goals), numbers),
  );
}

function cell(waits: Distribution, q: number): string {
  if (q > waits.reliable + 1e-9) return 'too few';
  const seconds = waits.at(q);
  return Number.isFinite(seconds) ? formatSeconds(seconds) : 'missing';
}

function chart(curves: readonly Curve[], goals: readonly LatencyGoal[]): Markup {
  const top = Math.max(...curves.map(({ waits }) => waits.reliable));
  const x = ninesScale(top, [PLOT.left, PLOT.right]);
  const finite = curves.flatMap(({ waits }) =>
    quantiles(waits.reliable)
      .map((q) => waits.at(q))
      .filter(Number.isFinite),
  );
  const limits = goals.map((goal) => goal.limit);
  const y = logScale(
    Math.max(1e-4, Math.min(...finite, ...limits, 1)),
    Math.max(...finite, ...limits, 0.01) * 1.05,
    [PLOT.bottom, PLOT.top],
  );
  const drawn = curves.map((curve) => ({ ...curve, ...trace(curve.waits, x, y) }));
  return drawing(
    {
      id: 'waits-chart',
      width: CHART_WIDTH,
      height: HEIGHT,
      title: 'Delay of real mail in the storm, by percentile',
      description: describe(curves),
    },
    [
      valueAxis(PLOT, y, formatTick),
      bottomAxis(PLOT, x, (q) => `${formatShort(q * 100)}\u00a0%`),
      drawn.map(({ path, standing, place }) => variantLine(path, standing.colour, place)),
      goals.map((goal) => goalMark(goal, x, y, top)),
      lineLabels(PLOT, [
        ...goals.map((goal) => ({ text: goal.short, y: y.at(goal.limit), goal: true as const })),
        ...drawn.map((line) => ({
          text: line.standing.variant.name,
          colour: line.standing.colour,
          place: line.place,
          y: line.endY,
          end: { x: line.endX, y: line.endY },
        })),
      ]),
    ],
  );
}

/** Evenly spaced on the axis of nines, up to the last that can be shown. */
function quantiles(last: number): number[] {
  const nines = -Math.log10(1 - last);
  return Array.from({ length: STEPS + 1 }, (_, i) => 1 - 10 ** ((-nines * i) / STEPS));
}

/** From the first quantile on that never arrived the curve leaves through the top. */
function trace(
  waits: Distribution,
  x: Scale,
  y: Scale,
): { path: string; endX: number; endY: number } {
  let path = '';
  let [endX, endY] = [PLOT.left, PLOT.bottom];
  for (const q of quantiles(waits.reliable)) {
    const seconds = waits.at(q);
    if (!Number.isFinite(seconds)) {
      path += `V${px(PLOT.top)}`;
      endY = PLOT.top;
      break;
    }
    [endX, endY] = [x.at(q), y.at(seconds)];
    path += `${path === '' ? 'M' : 'L'}${px(endX)} ${px(endY)}`;
  }
  // All of it lost: a bare V would be no path.
  return {
    path: path.startsWith('V') ? `M${px(endX)} ${px(PLOT.bottom)}${path}` : path,
    endX,
    endY,
  };
}

/** A diamond where goal and percentile meet: curves must pass below it. */
function goalMark(goal: LatencyGoal, x: Scale, y: Scale, top: number): Markup {
  const [cx, cy] = [x.at(goal.quantile), y.at(goal.limit)];
  const line = html`<path d="M${px(PLOT.left)} ${px(cy)}H${px(PLOT.right)}" class="goal" stroke="${INK.text.light}" stroke-dasharray="1 4" stroke-linecap="round"/>`;
  return html`${line}${goal.quantile <= top + 1e-9 ? diamond(cx, cy) : undefined}`;
}

function describe(curves: readonly Curve[]): string {
  const each = curves.map(
    ({ standing, waits }) =>
      `${standing.variant.name}: median ${cell(waits, 0.5)}, p95 ${cell(waits, 0.95)}`,
  );
  return `${each.join('; ')}.`;
}

function caption(curves: readonly Curve[], goals: readonly LatencyGoal[]): string {
  const leaving = curves.filter(({ waits }) => waits.undelivered >= SAMPLES_BEYOND);
  return [
    'Measured from the moment each message was due, retries included.',
    `A curve stops where fewer than ${SAMPLES_BEYOND} messages lie beyond it.`,
    leaving.length > 0
      ? `Where a curve leaves through the top (${listOf(leaving.map((c) => c.standing.variant.name))}), mail had not arrived when the run ended.`
      : '',
    goals.length > 0 ? 'The diamond is the goal: a curve must pass below it.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}
