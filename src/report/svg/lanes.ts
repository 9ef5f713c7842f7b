// The lanes of the one picture: a thin strip per repeat, coloured by how long real mail took.

import type { Markup } from '../markup.ts';
import type { Slot } from '../severity.ts';
import { box, filled } from './element.ts';
import { DELAY_TONES, lightOf } from './palette.ts';
import type { Scale } from './scale.ts';

/** One path per severity; neighbouring slots of the same severity become one box. */
export function lanes(
  repeats: readonly (readonly Slot[])[],
  x: Scale,
  height: number,
): readonly Markup[] {
  const gap = repeats.length > 1 ? 0.8 : 0;
  const lane = (height - gap * (repeats.length - 1)) / Math.max(1, repeats.length);
  return DELAY_TONES.flatMap((_, severity) => {
    const boxes = repeats.flatMap((slots, row) =>
      runsOf(slots, severity).map(({ from, to }) => {
        const left = x.at(from);
        return box(left, row * (lane + gap), x.at(to) - left, lane);
      }),
    );
    if (boxes.length === 0) return [];
    return [filled(boxes.join(''), `d${severity}`, lightOf(DELAY_TONES, severity))];
  });
}

function runsOf(slots: readonly Slot[], severity: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const slot of slots) {
    if (slot.severity !== severity) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === slot.from) last.to = slot.to;
    else runs.push({ from: slot.from, to: slot.to });
  }
  return runs;
}
