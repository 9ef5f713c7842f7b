// What the charts with lines have in common: the plot's place, its axes, and the labels at the ends
// of the lines.
import { shorten } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { diamond, gridLine, px, variantLine, words } from './element.ts';
import { type Label, placeLabels } from './labels.ts';
import type { Scale } from './scale.ts';

/** In pixels; the space right of it belongs to the labels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const CHART_WIDTH = 960;
export const PLOT_LEFT = 62;
export const PLOT_RIGHT = 728;
const LABEL_GAP = 15;
const FIGURE_WIDTH = 58;
/** Longer names are cut in charts; the tables have them whole. */
export const LABEL_LENGTH = 17;

export function valueAxis(plot: Plot, scale: Scale, format: (value: number) => string): Markup {
  return html`${scale.ticks.map((tick) => {
    const y = scale.at(tick);
    return [
      gridLine(plot.left, y, plot.right, y),
      words(plot.left - 8, y + 4, format(tick), { anchor: 'end' }),
    ];
  })}`;
}

export function bottomAxis(plot: Plot, scale: Scale, format: (value: number) => string): Markup {
  return html`${scale.ticks.map((tick) => {
    const x = scale.at(tick);
    return [
      gridLine(x, plot.bottom, x, plot.bottom + 4),
      words(x, plot.bottom + 18, format(tick), { anchor: 'middle' }),
    ];
  })}`;
}

export type LineLabel = VariantLabel | GoalLabel;

interface VariantLabel extends Label {
  readonly colour: number | undefined;
  readonly place: number;
  /** Where its line ends, for a leader to it. */
  readonly end?: { readonly x: number; readonly y: number };
  /** A figure to stand before the name. */
  readonly figure?: string;
}

interface GoalLabel extends Label {
  readonly goal: true;
}

/** Right of the plot, a sample of the line and its name. The grey lines have none. */
export function lineLabels(plot: Plot, labels: readonly LineLabel[]): readonly Markup[] {
  const named = labels.filter((label) => 'goal' in label || label.colour !== undefined);
  return placeLabels(named, LABEL_GAP, plot.top + 4, plot.bottom - 2).map(({ label, y }) => {
    if (!('goal' in label)) return variantLabel(plot, label, y);
    const text = words(plot.right + 39, y + 4, label.text, { ink: 'text' });
    return html`<g>${diamond(plot.right + 22, y)}${text}</g>`;
  });
}

function variantLabel(plot: Plot, label: VariantLabel, y: number): Markup {
  const { end, figure, colour, place } = label;
  const nameX = plot.right + (figure === undefined ? 39 : 39 + FIGURE_WIDTH);
  const sample = variantLine(`M${px(plot.right + 10)} ${px(y)}h24`, colour, place);
  const number =
    figure === undefined ? undefined : words(nameX - 8, y + 4, figure, { anchor: 'end' });
  const name = words(nameX, y + 4, shorten(label.text, LABEL_LENGTH), { ink: 'text' });
  return html`<g class="v p${place}">${end && leader(end, plot.right + 8, y)}${sample}${number}${name}</g>`;
}

function leader(end: { readonly x: number; readonly y: number }, x: number, y: number): Markup {
  return html`<path d="M${px(end.x + 3)} ${px(end.y)}L${px(x)} ${px(y)}" class="leader" fill="none" stroke="#5b6572" stroke-width="0.6" stroke-opacity="0.6"/>`;
}
