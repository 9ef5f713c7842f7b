// The goodput curve: how much real mail came through against the size of the storm, and where that collapses.
import type { Storm, VariantCapacity } from '../../result/result.ts';
import { capacities, survives, unitOf } from '../capacity.ts';
import { formatCount, formatSeconds, formatShare, formatShort } from '../format.ts';
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
import { linearScale, logScale } from '../svg/scale.ts';
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
  readonly p99: number | undefined;
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
    columns: ['Variant', `Survives (${unitOf(facts)})`],
    rows: curves.map(({ standing, capacity }) => [nameTag(standing, study), survives(capacity)]),
  });
  const numbers = {
    columns: ['Variant', 'Storm', 'Goal', 'Real mail delivered', 'its p99', 'Why'],
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
    html`<p>The first figure is the largest storm in which the goal held every time, the second the smallest above it in which it held no time, each played twice at least; storms between them were not told apart, or went either way.</p>${summary}${figure(chart(curves, unitOf(facts)), caption(curves), numbers)}`,
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
        Number(b.censored ?? false) - Number(a.censored ?? false) || (b.p99 ?? 0) - (a.p99 ?? 0),
    )[0];
    return [
      {
        rate,
        delivered: sum('delivered') / sum('due'),
        outcomes: all.map(({ outcome }) => outcome),
        p99: worst?.p99,
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

function waitWords({ p99, atLeast }: Point): string {
  if (p99 === undefined) return '–';
  return `${atLeast ? '≥\u00a0' : ''}${formatSeconds(p99)}`;
}

function chart(curves: readonly Curve[], unit: string): Markup {
  const rates = curves.flatMap(({ points }) => points.map(({ rate }) => rate));
  const x = logScale(Math.min(...rates), Math.max(...rates) * 1.01, [PLOT.left, PLOT.right]);
  const y = linearScale(1, [PLOT.bottom, PLOT.top], 5);
  const drawn = curves.flatMap((curve) => {
    const dots = curve.points.map(({ rate, delivered, outcomes }) => ({
      x: x.at(rate),
      y: y.at(delivered),
      isMet: outcomes.every((outcome) => outcome === 'held'),
    }));
    const path = dots.map((dot, i) => `${i === 0 ? 'M' : 'L'}${px(dot.x)} ${px(dot.y)}`).join('');
    const end = dots.at(-1);
    return end ? [{ ...curve, dots, path, end }] : [];
  });
  return drawing(
    {
      id: 'goodput-chart',
      width: CHART_WIDTH,
      height: HEIGHT,
      title: 'Share of the real mail that was delivered, by the size of the storm',
      description: `In ${unit}. ${curves.map(({ capacity }) => `${capacity.variant} survives ${survives(capacity)}`).join('; ')}.`,
    },
    [
      valueAxis(PLOT, y, (value) => formatShare(value)),
      bottomAxis(PLOT, x, (value) => `${formatShort(value)}/s`),
      drawn.map(({ path, standing, place }) => variantLine(path, standing.colour, place)),
      drawn.flatMap(({ dots }) =>
        dots.map((dot) =>
          dot.isMet
            ? filled(circle(dot.x, dot.y), 'i', INK.text.light)
            : filled(cross(dot.x, dot.y), 'i', INK.text.light),
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
