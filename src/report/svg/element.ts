// The typed pieces of a chart: an <svg> with its title and description, lines, boxes and words.
import { type Content, html, type Markup, trusted } from '../markup.ts';
import { DASHES, GREY, INK, lightOf, VARIANT_TONES } from './palette.ts';

export interface Drawing {
  /** Unique on the page. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The figures that matter, in words, for those who cannot see the chart. */
  readonly description: string;
  /** May be pulled out of its proportions, since it holds no words. */
  readonly stretches?: boolean;
}

export function drawing(facts: Drawing, content: Content): Markup {
  const { id, width, height } = facts;
  const aspect = facts.stretches === true ? trusted(' preserveAspectRatio="none"') : undefined;
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"${aspect} role="img" aria-labelledby="${id}-t ${id}-d" font-family="system-ui,sans-serif" font-size="12.5"><title id="${id}-t">${facts.title}</title><desc id="${id}-d">${facts.description}</desc>${content}</svg>`;
}

/** To a tenth of a pixel, without needless zeros. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export type Anchor = 'start' | 'middle' | 'end';
export type Ink = 'text' | 'muted';

export function words(
  x: number,
  y: number,
  text: string,
  options: {
    readonly anchor?: Anchor;
    readonly ink?: Ink;
    readonly bold?: boolean;
  } = {},
): Markup {
  const { anchor = 'start', ink = 'muted', bold = false } = options;
  const weight = bold ? trusted(' font-weight="600"') : undefined;
  return html`<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}" class="${ink === 'text' ? 'i' : 'm'}" fill="${INK[ink].light}"${weight}>${text}</text>`;
}

export function gridLine(x1: number, y1: number, x2: number, y2: number): Markup {
  return html`<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}" class="grid" stroke="${INK.grid.light}"/>`;
}

/** The background of the storm. */
export function band(x: number, y: number, width: number, height: number): Markup {
  return html`<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" class="band" fill="${INK.band.light}"/>`;
}

/** The mark of a goal. */
export function diamond(x: number, y: number): Markup {
  return filled(`M${px(x)} ${px(y - 6)}l6 6-6 6-6-6z`, 'i', INK.text.light);
}

/** A filled shape in one of a list's tones, e.g. class `d3`. */
export function filled(path: string, className: string, colour: string): Markup {
  return html`<path d="${path}" class="${className}" fill="${colour}"/>`;
}

export function box(x: number, y: number, width: number, height: number): string {
  return `M${px(x)} ${px(y)}h${px(width)}v${px(height)}h${px(-width)}z`;
}

/** A variant's line: its colour, its dash, its class for the themes and the highlight. */
export function variantLine(path: string, colour: number | undefined, place: number): Markup {
  const tone = colour ?? GREY;
  const dash = DASHES[tone] ? trusted(` stroke-dasharray="${DASHES[tone]}"`) : undefined;
  const width = tone === 0 ? 2.5 : tone === GREY ? 1 : 1.8;
  return html`<path d="${path}" class="v v${tone} p${place}" fill="none" stroke="${lightOf(VARIANT_TONES, tone)}" stroke-width="${width}" stroke-linejoin="round"${dash}/>`;
}

/** A short sample of a variant's line, for legends and tables. */
export function swatch(colour: number | undefined, place: number): Markup {
  return html`<svg width="30" height="12" viewBox="0 0 30 12" aria-hidden="true">${variantLine('M1 6H29', colour, place)}</svg>`;
}
