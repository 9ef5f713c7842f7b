// The goodput curve: how much real mail came through against the size of the storm, and where that collapses.
import type { Storm, VariantCapacity } from '../../result/result.ts';
import { capacities, survives, unitOf } from '../capacity.ts';
import { formatCount, formatSeconds, formatShare, formatShort, formatTick } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Standing } from '../standing.ts';
import type { Study } from '../study.ts';
import {
  bottomAxis,
  CHART_WIDTH,
  lineLabels,
  PLOT_LEFT,
  PLOT_RIGHT,
  valueAxis,
} from '../svg/chart-frame.ts';
import { drawing, filled, px, variantLine } from '../svg/element.ts';
import { INK } from '../svg/palette.ts';
import { linearScale, logScale, type Scale, tightLogScale } from '../svg/scale.ts';
import { dataTable, figure, nameTag, section } from './figure.ts';

const PLOT = { left: PLOT_LEFT, right: PLOT_RIGHT, top: 12, bottom: 252 };
const HEIGHT = 284;

interface Curve {
  readonly capacity: VariantCapacity;
  readonly standing: Standing;
  readonly place: number;
  readonly points: readonly Point[];
}

/** One size of the storm, all its runs together. */
interface Point {
  readonly rate: number;
  readonly delivered: number;
  readonly outcomes: readonly Storm['outcome'][];
  readonly wait: number | undefined;
  readonly atLeast: boolean;
  readonly reason: string | undefined;
}

export function goodputSection(study: Study): Markup | undefined {
  const facts = study.result.capacity;
  const curves = capacities(study).flatMap((capacity): Curve[] => {
    const place = study.standings.findIndex(({ variant }) => variant.name === capacity.variant);
    const standing = study.standings[place];
    return standing ? [{ capacity, standing, place, points: pointsOf(capacity.storms) }] : [];
  });
  if (!facts || curves.every(({ points }) => points.length === 0)) return undefined;
  const summary = dataTable({
    columns: ['Variant', 'Survives'],
    rows: curves.map(({ standing, capacity }) => [nameTag(standing, study), survives(capacity)]),
  });
  const numbers = {
    columns: [
      'Variant',
      'Storm',
      'Goal',
      'Real mail delivered',
      `its ${quantileOf(curves)}`,
      'Why',
    ],
    rows: curves.flatMap(({ standing, points }) =>
      points.map((point) => [
        nameTag(standing, study),
        `${formatShort(Math.round(point.rate))}/s`,
        outcomeWords(point.outcomes),
        formatShare(point.delivered),
        waitWords(point),
        point.reason ?? '',
      ]),
    ),
  };
  return section(
    'goodput',
    'How big a storm it survives',
    html`<p class="sub">The first figure is the largest storm in which the goal held every time, the second the smallest above it in which it held no time, each played twice at least; storms between them were not told apart, or went either way. In ${unitOf(facts)}.</p>${summary}${figure(charts(curves, unitOf(facts)), caption(curves), numbers)}`,
  );
}

function pointsOf(storms: readonly Storm[]): Point[] {
  const rates = [...new Set(storms.map(({ rate }) => rate))].sort((a, b) => a - b);
  return rates.flatMap((rate): Point[] => {
    const all = storms.filter((storm) => storm.rate === rate && storm.due > 0);
    if (all.length === 0) return [];
    const sum = (of: 'due' | 'delivered') => all.reduce((total, storm) => total + storm[of], 0);
    const worst = [...all].sort(
      (a, b) =>
        Number(b.censored ?? false) - Number(a.censored ?? false) || (b.wait ?? 0) - (a.wait ?? 0),
    )[0];
    return [
      {
        rate,
        delivered: sum('delivered') / sum('due'),
        outcomes: all.map(({ outcome }) => outcome),
        wait: worst?.wait,
        atLeast: worst?.censored === true,
        reason: all.find(({ reason }) => reason !== undefined)?.reason,
      },
    ];
  });
}

function outcomeWords(outcomes: readonly Storm['outcome'][]): string {
  const words = { held: 'held', broke: 'missed', invalid: 'not to be told' } as const;
  const kinds = [...new Set(outcomes)];
  return kinds
    .map((kind) => {
      const count = outcomes.filter((one) => one === kind).length;
      return kinds.length === 1 && count === 1
        ? words[kind]
        : `${words[kind]} ${formatCount(count)}×`;
    })
    .join(', ');
}

/** The same in all: it goes by how much real mail there is. */
function quantileOf(curves: readonly Curve[]): string {
  const storms = curves.flatMap(({ capacity }) => capacity.storms);
  return storms.find(({ quantile }) => quantile !== undefined)?.quantile ?? 'median';
}

function waitWords({ wait, atLeast }: Point): string {
  if (wait === undefined) return '–';
  return `${atLeast ? '≥\u00a0' : ''}${formatSeconds(wait)}`;
}

interface Quantity {
  readonly id: string;
  readonly title: string;
  readonly y: Scale;
  readonly format: (value: number) => string;
  /** Undefined where it is not known. */
  readonly of: (point: Point) => number | undefined;
}

function charts(curves: readonly Curve[], unit: string): Markup {
  const points = curves.flatMap((curve) => curve.points);
  const rates = points.map(({ rate }) => rate);
  const x = tightLogScale(Math.min(...rates) / 1.1, Math.max(...rates) * 1.1, [
    PLOT.left,
    PLOT.right,
  ]);
  const waits = points.flatMap(({ wait }) => (wait !== undefined && wait > 0 ? [wait] : []));
  const least = Math.min(...points.map(({ delivered }) => delivered));
  const quantities: Quantity[] = [
    ...(waits.length === 0
      ? []
      : [
          {
            id: 'goodput-wait',
            title: `${quantileOf(curves)} of real mail’s delay, by the size of the storm`,
            y: logScale(Math.min(...waits), Math.max(...waits) * 1.05, [PLOT.bottom, PLOT.top]),
            format: formatTick,
            of: ({ wait }: Point) => wait,
          },
        ]),
    // A straight line at the top says no more than the table.
    ...(least > 0.9 && waits.length > 0
      ? []
      : [
          {
            id: 'goodput-share',
            title: 'Share of the real mail that was delivered, by the size of the storm',
            y: linearScale(1, [PLOT.bottom, PLOT.top], 5),
            format: (value: number) => formatShare(value),
            of: ({ delivered }: Point) => delivered,
          },
        ]),
  ];
  return html`${quantities.map((quantity) => html`<h3>${quantity.title}</h3>${chart(curves, unit, x, quantity)}`)}`;
}

function chart(curves: readonly Curve[], unit: string, x: Scale, quantity: Quantity): Markup {
  const { id, title, y, format, of } = quantity;
  const drawn = curves.flatMap((curve) => {
    const dots = curve.points.flatMap((point) => {
      const value = of(point);
      if (value === undefined) return [];
      const isMet = point.outcomes.every((outcome) => outcome === 'held');
      return [{ x: x.at(point.rate), y: y.at(value), isMet }];
    });
    const path = dots.map((dot, i) => `${i === 0 ? 'M' : 'L'}${px(dot.x)} ${px(dot.y)}`).join('');
    const end = dots.at(-1);
    return end ? [{ ...curve, dots, path, end }] : [];
  });
  return drawing(
    {
      id,
      width: CHART_WIDTH,
      height: HEIGHT,
      title,
      description: `In ${unit}. ${curves.map(({ capacity }) => `${capacity.variant} survives ${survives(capacity)}`).join('; ')}.`,
    },
    [
      valueAxis(PLOT, y, format),
      bottomAxis(PLOT, x, (value) => `${formatShort(value)}/s`),
      drawn.map(({ path, standing, place }) => variantLine(path, standing.colour, place)),
      drawn.flatMap(({ dots }) =>
        dots.map((dot) =>
          filled(dot.isMet ? circle(dot.x, dot.y) : cross(dot.x, dot.y), 'i', INK.text.light),
        ),
      ),
      lineLabels(
        PLOT,
        drawn.map(({ standing, place, end }) => ({
          text: standing.variant.name,
          colour: standing.colour,
          place,
          y: end.y,
          end,
        })),
      ),
    ],
  );
}

function circle(x: number, y: number): string {
  return `M${px(x - 3)} ${px(y)}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z`;
}

/** A thin cross as a filled shape. */
function cross(x: number, y: number): string {
  return `M${px(x - 4)} ${px(y - 3)}l1-1 3 3 3-3 1 1-3 3 3 3-1 1-3-3-3 3-1-1 3-3z`;
}

function caption(curves: readonly Curve[]): string {
  const runs = curves.reduce((sum, { capacity }) => sum + capacity.storms.length, 0);
  return `${formatCount(runs)} storms. A dot: the goal held; a cross: it was missed, or could not be told. Mail that came after the run had ended counts as not delivered.`;
}
