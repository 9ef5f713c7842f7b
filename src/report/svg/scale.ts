// Scales: from values to pixels, with ticks at values that people like. All are pure; a scale never
// maps outside its range, so that a wild value cannot draw over the neighbours.

export interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

export type Range = readonly [from: number, to: number];

/** 1, 2 or 5 times a power of ten: the smallest such step that gives at most `most` steps. */
export function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  // Steps that are a hair too small are close enough: 0.3 / 3 is above 0.1 in floating point.
  const factor = [1, 2, 5].find((f) => f * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** From zero to a nice value at or above `max`; no step below `least` (1 for counts). */
export function linearScale(max: number, range: Range, most: number, least = 0): Scale {
  const top = max > 0 && Number.isFinite(max) ? max : 1;
  const step = Math.max(least, niceStep(top, most));
  const steps = Math.max(1, Math.ceil(top / step - 1e-9));
  const ticks = Array.from({ length: steps + 1 }, (_, i) => Number((i * step).toPrecision(12)));
  return { ticks, at: between(0, steps * step, range) };
}

/** Whole decades around min…max; both above zero. Within two decades 2 and 5 get ticks too. */
export function logScale(min: number, max: number, range: Range): Scale {
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(max) - 1e-9));
  const factors = high - low <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = low; power <= high; power++) {
    for (const factor of power === high ? [1] : factors) {
      ticks.push(Number((factor * 10 ** power).toPrecision(12)));
    }
  }
  const inner = between(low, high, range);
  return { ticks, at: (value) => inner(value > 0 ? Math.log10(value) : low) };
}

/** Just min…max on a logarithmic axis, with ticks at 1, 2 and 5 times the powers of ten within. */
export function tightLogScale(min: number, max: number, range: Range): Scale {
  const inner = between(Math.log10(min), Math.log10(max > min ? max : min * 2), range);
  const powers = Array.from({ length: 30 }, (_, i) => 10 ** (i - 10));
  const all = powers.flatMap((power) => [1, 1.5, 2, 3, 5, 7].map((factor) => factor * power));
  const ticks = all
    .map((tick) => Number(tick.toPrecision(12)))
    .filter((tick) => tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9));
  // Over a decade these would stand too close.
  const few =
    ticks.length <= 8
      ? ticks
      : ticks.filter(
          (tick) => /^[125]/.test(tick.toExponential()) && !/^1\.5/.test(tick.toExponential()),
        );
  return { ticks: few, at: (value) => inner(Math.log10(Math.max(value, min))) };
}

/** Quantiles on an axis of nines: 90 %, 99 % and 99.9 % lie equally far apart. */
export function ninesScale(top: number, range: Range): Scale {
  const nines = (q: number) => -Math.log10(Math.max(1 - q, 1e-12));
  const all = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];
  const inner = between(0, Math.max(nines(top), nines(0.5)), range);
  return { ticks: all.filter((q) => q <= top + 1e-9), at: (q) => inner(nines(q)) };
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200];

/** Seconds from…to; ticks at round times since `from`. */
export function timeScale(from: number, to: number, range: Range, most: number): Scale {
  const span = Math.max(to - from, 1);
  const step = TIME_STEPS.find((s) => span / s <= most) ?? Math.ceil(span / most / 86_400) * 86_400;
  const ticks: number[] = [];
  for (let t = 0; t <= span; t += step) ticks.push(from + t);
  return { ticks, at: between(from, from + span, range) };
}

function between(low: number, high: number, [from, to]: Range): (value: number) => number {
  return (value) => {
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    return from + share * (to - from);
  };
}
