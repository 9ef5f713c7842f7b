// One bar of shares, in a fixed order, with its larger parts labelled inside.
import { formatShort } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import { box, filled, px } from './element.ts';
import { lightOf, STAGE_TONES } from './palette.ts';

/** Parts too narrow for their label go without; the table behind the chart has them all. */
const LABEL_WIDTH = 44;
/** Tones on which white text is readable, in either theme; on the others it is black. */
const DARK_TONES: ReadonlySet<number> = new Set([4, 5, 7]);

export function stackedBar(
  shares: readonly number[],
  frame: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  },
): readonly Markup[] {
  let x = frame.x;
  return shares.flatMap((share, tone) => {
    if (share <= 0) return [];
    const width = share * frame.width;
    const left = x;
    x += width;
    const part = filled(
      // A hairline between the parts; no part so thin that it vanishes.
      box(left, frame.y, Math.max(width - 0.7, 0.5), frame.height),
      `k${tone}`,
      lightOf(STAGE_TONES, tone),
    );
    if (width < LABEL_WIDTH) return [part];
    const ink = DARK_TONES.has(tone) ? '#ffffff' : '#10151c';
    const middle = frame.y + frame.height / 2 + 4.3;
    const text = `${formatShort(Number((share * 100).toPrecision(2)))}\u00a0%`;
    return [
      part,
      html`<text x="${px(left + width / 2)}" y="${px(middle)}" text-anchor="middle" fill="${ink}">${text}</text>`,
    ];
  });
}
