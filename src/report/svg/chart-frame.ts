// What the charts with lines have in common: the plot's place, its axes, and the labels at the ends
// of the lines.
import { html, type Markup } from '../markup.ts';
import { gridLine, px, variantLine, words } from './element.ts';
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
export const PLOT_RIGHT = 770;
const LABEL_GAP = 15;
/** Longer names are cut in charts; the tables have them whole. */
const LABEL_LENGTH = 19;

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

export interface LineLabel extends Label {
  readonly colour: number | undefined;
  readonly place: number;
  /** Where the line ends. */
  readonly x: number;
}

/** A thin leader from the line's end to a sample of the line and its name. */
export function endLabels(plot: Plot, labels: readonly LineLabel[]): readonly Markup[] {
  const coloured = labels.filter((label) => label.colour !== undefined);
  return placeLabels(coloured, LABEL_GAP, plot.top + 2, plot.bottom - 2).map(({ label, y }) => {
    const leader = `M${px(label.x + 3)} ${px(label.y)}L${px(plot.right + 8)} ${px(y)}`;
    return html`<g class="v p${label.place}"><path d="${leader}" class="leader" fill="none" stroke="#5b6572" stroke-width="0.6" stroke-opacity="0.6"/>${variantLine(`M${px(plot.right + 10)} ${px(y)}h24`, label.colour, label.place)}${words(plot.right + 39, y + 4, shorten(label.text), { ink: 'text' })}</g>`;
  });
}

export function shorten(name: string, length = LABEL_LENGTH): string {
  const letters = [...name];
  return letters.length <= length ? name : `${letters.slice(0, length - 1).join('')}…`;
}
