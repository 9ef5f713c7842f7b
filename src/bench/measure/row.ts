// A line of the bench's table: one figure of ours, beside what it is held against. Pure.
import { table } from '../fidelity/table.ts';
import type { Spread } from './statistics.ts';

/** What a figure counts in; `×` where it is a ratio. */
type Unit = '×' | '%' | 'MB' | 'ms' | 'µs' | 'bytes';
export type Limit = { readonly atMost: number } | { readonly atLeast: number };

export interface Row {
  readonly what: string;
  /** Of this machine only. */
  readonly ours?: string;
  readonly theirs?: string;
  /** Absent where it could not be measured: `note` says why. */
  readonly figure?: Spread | undefined;
  readonly unit?: Unit;
  readonly limit?: Limit;
  readonly note?: string;
}

export interface Section {
  readonly title: string;
  /** How it was measured. */
  readonly method: string;
  /** When. */
  readonly moment?: string;
  readonly rows: readonly Row[];
}

export function renderSection({ title, method, moment, rows }: Section): string {
  return `${[
    `## ${title}`,
    '',
    method,
    ...(moment === undefined ? [] : [moment]),
    '',
    table(
      ['', 'blowback', 'beside', 'median (lowest–highest)', 'target', ''],
      rows.map((row) => [
        row.what,
        row.ours ?? '—',
        row.theirs ?? '—',
        row.figure ? figureText(row.figure, row.unit ?? '×') : '—',
        limitText(row),
        row.note ?? '',
      ]),
    ),
  ].join('\n')}\n`;
}

/** Undefined: nothing was demanded, or nothing could be measured. */
export function isMet({ figure, limit }: Row): boolean | undefined {
  if (!figure || !limit) return undefined;
  if (!Number.isFinite(figure.median)) return false;
  return 'atMost' in limit ? figure.median <= limit.atMost : figure.median >= limit.atLeast;
}

function figureText({ median, min, max }: Spread, unit: Unit): string {
  const around = min === max ? '' : ` (${digits(min)}–${digits(max)})`;
  return `**${digits(median)}** ${unit}${around}`;
}

function limitText(row: Row): string {
  if (!row.limit) return '';
  const [words, value] =
    'atMost' in row.limit ? ['at most', row.limit.atMost] : ['at least', row.limit.atLeast];
  const met = isMet(row);
  const mark = met === undefined ? '' : met ? ' ✔' : ' ✘';
  return `${words} ${value} ${row.unit ?? '×'}${mark}`;
}

/** Three significant digits, no more than two behind the point. */
export function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2).replace('-', '−');
}
