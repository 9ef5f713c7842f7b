// Numbers as people read them: three significant digits, a no-break space before the unit, and never
// a claim that the count behind them cannot carry.

import type { Metric } from '../result/result.ts';

const NBSP = '\u00a0';

/** What stands where a target or platform cannot give a figure. */
export const ABSENT = '–';

/** A whole number with its thousands set off. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Three significant digits, never with an exponent: `0.00123`, `4.50`, `120`, `12,300`. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(3)))));
  if (magnitude >= 2) return formatCount(Number(value.toPrecision(3)));
  return value.toFixed(Math.min(2 - magnitude, 12));
}

/** As `formatNumber`, without zeros at the end: `4.5`. */
export function formatShort(value: number): string {
  return trimZeros(formatNumber(value));
}

/** `1.50 s` → `1.5 s`, `40.0 s` → `40 s`. */
function trimZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, (_all, kept: string) => (kept === '.' ? '' : kept));
}

/** `473 µs`, `1.13 s`, `1 m 05 s`, `2 h 04 m`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return `0${NBSP}s`;
  // What rounds up to the next unit is shown in the next unit: 0.9996 s is not `1000 ms`.
  if (seconds < 0.9995e-3) return `${formatNumber(seconds * 1e6)}${NBSP}µs`;
  if (seconds < 0.9995) return `${formatNumber(seconds * 1e3)}${NBSP}ms`;
  if (seconds < 59.95) return `${formatNumber(seconds)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'm', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
}

/** A length that somebody chose: `40 s`, not `40.0 s`. */
export function formatLength(seconds: number): string {
  if (seconds >= 60 && seconds % 60 === 0) return `${seconds / 60}${NBSP}min`;
  return trimZeros(formatSeconds(seconds));
}

/** For the axis of a delay: whole decades keep one unit, `100 s` after `10 s`. */
export function formatTick(seconds: number): string {
  return seconds < 1 ? formatLength(seconds) : `${formatShort(seconds)}${NBSP}s`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return `${large}${NBSP}${largeUnit}${NBSP}${String(small).padStart(2, '0')}${NBSP}${smallUnit}`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? formatCount(value) : formatShort(value)}${NBSP}${units[unit]}`;
}

/** A share of 1: `4.8 %`. */
export function formatShare(share: number): string {
  return `${formatShort(share * 100)}${NBSP}%`;
}

/** A metric's value in its base unit, as `Metric` in result.ts has it. */
export function formatMetric(value: number, unit: Metric['unit']): string {
  return METRIC_FORMATS[unit](value);
}

const METRIC_FORMATS: Readonly<Record<Metric['unit'], (value: number) => string>> = {
  s: formatSeconds,
  B: formatBytes,
  share: formatShare,
  count: (value) => (Number.isInteger(value) ? formatCount(value) : formatShort(value)),
  '/s': (value) => `${formatShort(value)}/s`,
  ms: (value) => formatSeconds(value / 1000),
  ratio: formatShort,
  J: (value) => `${formatShort(value)} J`,
};

/**
 * `12 of 250 (4.8 %)`. A zero comes with the share that it cannot rule out: 3/n, the upper end of the
 * 95 % interval (Hanley and Lippman-Hand, 1983); not while some of them are `open`, still on their way.
 */
export function formatLoss(count: number, n: number, open = 0): string {
  if (n <= 0) return 'none sent';
  const of = `${formatCount(count)} of ${formatCount(n)}`;
  if (count > 0) return `${of} (${formatShare(count / n)})`;
  // Mail that is still on its way may yet be lost: no bound can be told.
  if (open > 0) return of;
  return `${of} (≤${NBSP}${Number(((3 / n) * 100).toPrecision(2))}${NBSP}%)`;
}

/** `25×`, `1.4×`, `1,200×`: two digits, and no decimals from ten on. */
export function formatTimes(factor: number): string {
  if (factor < 9.95) return `${factor.toFixed(1).replace(/\.0$/, '')}×`;
  return `${formatCount(Number(factor.toPrecision(2)))}×`;
}

/** A ratio to the baseline in words; within `margin` it is nothing to speak of. */
export function formatRatio(ratio: number, margin: number): string {
  if (ratio > 1 / (1 + margin) && ratio < 1 + margin) return 'no clear difference';
  return ratio < 1 ? `${formatTimes(1 / ratio)} lower` : `${formatTimes(ratio)} higher`;
}

/** `2026-11-23 07:40 UTC`, whatever the reader's time zone. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}${NBSP}UTC`;
}

/** `2 repeats`, `1 repeat`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `1 worker on 2 cores, 1 left for the target` */
export function formatCrew(workers: number, cores: number): string {
  const left = cores - workers;
  const rest = left > 0 ? `${formatCount(left)} left` : 'none left';
  return `${plural(workers, 'worker')} on ${plural(cores, 'core')}, ${rest} for the target`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Cut in the middle: names that differ often do so at their ends. */
export function shorten(name: string, length: number): string {
  const letters = [...name];
  if (letters.length <= length) return name;
  const head = Math.ceil((length - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(head + 1 - length).join('')}`;
}

/** With exactly one full stop at its end, unless it is a question or a call. */
export function endSentence(text: string): string {
  const bare = text.replace(/[.\s]+$/, '');
  return /[?!]$/.test(bare) ? bare : `${bare}.`;
}
