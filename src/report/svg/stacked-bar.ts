// One bar of shares, in a fixed order, with its larger parts labelled inside.
import { formatShort } from '../format.ts';
import { html, type Markup, trusted } from '../markup.ts';
import { box, filled, px } from './element.ts';
import { DELAY_TONES, INK, lightOf, STAGE_TONES, type Tone } from './palette.ts';

/** Parts too narrow for their label go without; the table behind the chart has them all. */
const LABEL_WIDTH = 44;
/** A letter of 12.5 px, generously. */
const LETTER = 6.9;

/** The colours of a bar, and of the words on them. */
export interface BarTones {
  /** Of the classes that the themes colour. */
  readonly prefix: string;
  readonly tones: readonly Tone[];
  readonly ink: (tone: number) => { readonly colour: string; readonly className?: string };
}

/** Tones on which white text is readable, in either theme; on the others it is black. */
const DARK_STAGES: ReadonlySet<number> = new Set([4, 5, 7, 9]);
export const STAGE_BAR: BarTones = {
  prefix: 'k',
  tones: STAGE_TONES,
  ink: (tone) => ({ colour: DARK_STAGES.has(tone) ? '#ffffff' : '#10151c' }),
};

/** The delays' tones go from pale to dark in the light theme, and the other way round in the dark one. */
export const DELAY_BAR: BarTones = {
  prefix: 'd',
  tones: DELAY_TONES,
  ink: (tone) =>
    tone < 3
      ? { colour: INK.text.light, className: 'i' }
      : { colour: INK.page.light, className: 'paper' },
};

export interface Part {
  readonly share: number;
  /** Index of its tone. */
  readonly tone: number;
  /** Stands in the label where there is room. */
  readonly name?: string;
}

export function stackedBar(
  parts: readonly Part[],
  frame: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
  { prefix, tones, ink }: BarTones,
): readonly Markup[] {
  let x = frame.x;
  return parts.flatMap((part) => {
    const { share, tone } = part;
    if (share <= 0) return [];
    const width = share * frame.width;
    const left = x;
    x += width;
    const shape = filled(
      // A hairline between the parts; no part so thin that it vanishes.
      box(left, frame.y, Math.max(width - 0.7, 0.5), frame.height),
      `${prefix}${tone}`,
      lightOf(tones, tone),
    );
    if (width < LABEL_WIDTH) return [shape];
    const { colour, className } = ink(tone);
    const middle = frame.y + frame.height / 2 + 4.3;
    const themed = className === undefined ? undefined : trusted(` class="${className}"`);
    return [
      shape,
      html`<text x="${px(left + width / 2)}" y="${px(middle)}" text-anchor="middle"${themed} fill="${colour}">${labelOf(part, width)}</text>`,
    ];
  });
}

function labelOf({ share, name }: Part, width: number): string {
  const figure = `${formatShort(Number((share * 100).toPrecision(2)))}\u00a0%`;
  const whole = `${name} ${figure}`;
  return name !== undefined && whole.length * LETTER + 8 < width ? whole : figure;
}
