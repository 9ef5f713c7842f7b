// Durations, rates, sizes, shares and bandwidths in the words of scenario files: `30ms`, `500/s`, `4KB`,
// `60%`, `2Mbit/s`.
// Each `parse*` gives undefined for anything else; each `format*` writes what its parser reads back.

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;

/** Largest first: the order in which a formatter looks for a unit that fits. */
const DURATION_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const SIZE_BYTES = {
  GiB: 1024 ** 3,
  GB: 1e9,
  MiB: 1024 ** 2,
  MB: 1e6,
  KiB: 1024,
  KB: 1000,
  B: 1,
} as const;
const BANDWIDTH_BITS = { 'Gbit/s': 1e9, 'Mbit/s': 1e6, 'kbit/s': 1000 } as const;
const RATE_SECONDS = { s: 1, min: 60, h: 3600 } as const;

/** The same expressions serve the JSON Schema, so that editors judge as the parser does. */
export const PATTERNS = {
  duration: `^${NUMBER}(us|ms|s|m|h|d)$`,
  rate: `^${NUMBER}/(s|min|h)$`,
  size: `^${NUMBER}(B|KB|KiB|MB|MiB|GB|GiB)$`,
  share: `^${NUMBER}%$`,
  bandwidth: `^${NUMBER}(kbit|Mbit|Gbit)/s$`,
} as const;

const EXPRESSIONS = {
  duration: new RegExp(PATTERNS.duration),
  rate: new RegExp(PATTERNS.rate),
  size: new RegExp(PATTERNS.size),
  share: new RegExp(PATTERNS.share),
  bandwidth: new RegExp(PATTERNS.bandwidth),
};

/** Milliseconds, to the microsecond. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = EXPRESSIONS.duration.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  // Via whole microseconds: 1.005 × 1000 is not 1005 in floating point.
  const us = unit === 'us' ? Number(digits) : Number(digits) * lookUp(DURATION_MS, unit) * 1000;
  return Math.round(us) / 1000;
}

export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  for (const [unit, factor] of Object.entries(DURATION_MS)) {
    if (ms % factor === 0) return `${ms / factor}${unit}`;
  }
  return `${Math.round(ms * 1000)}us`;
}

/** Per second. */
export function parseRate(text: string): number | undefined {
  const [, digits, unit] = EXPRESSIONS.rate.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Number(digits) / lookUp(RATE_SECONDS, unit);
}

export function formatRate(perSecond: number): string {
  for (const [unit, seconds] of Object.entries(RATE_SECONDS)) {
    const count = tidy(perSecond * seconds);
    if (Number.isInteger(count)) return `${count}/${unit}`;
  }
  return `${tidy(perSecond)}/s`;
}

/** Whole bytes. KB, MB and GB are powers of 1000; KiB, MiB and GiB of 1024. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = EXPRESSIONS.size.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.round(Number(digits) * lookUp(SIZE_BYTES, unit));
}

export function formatSize(bytes: number): string {
  if (bytes === 0) return '0B';
  for (const [unit, factor] of Object.entries(SIZE_BYTES)) {
    if (bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return `${bytes}B`;
}

/** Bits a second. */
export function parseBandwidth(text: string): number | undefined {
  const [, digits, unit] = EXPRESSIONS.bandwidth.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.round(Number(digits) * lookUp(BANDWIDTH_BITS, `${unit}/s`));
}

export function formatBandwidth(bitsPerSecond: number): string {
  for (const [unit, factor] of Object.entries(BANDWIDTH_BITS)) {
    if (bitsPerSecond % factor === 0) return `${bitsPerSecond / factor}${unit}`;
  }
  return `${bitsPerSecond / 1000}kbit/s`;
}

/** A share of 1. */
export function parseShare(text: string): number | undefined {
  const [, digits] = EXPRESSIONS.share.exec(text) ?? [];
  // Decimal shift instead of a division: 99.9 / 100 is not 0.999 in floating point.
  return digits === undefined ? undefined : Number(`${digits}e-2`);
}

export function formatShare(share: number): string {
  return `${tidy(share * 100)}%`;
}

/** Drops the noise of binary fractions beyond 12 digits. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function lookUp(factors: Readonly<Record<string, number>>, unit: string): number {
  const factor = factors[unit];
  if (factor === undefined) throw new Error(`no factor for the unit ${unit}`);
  return factor;
}
