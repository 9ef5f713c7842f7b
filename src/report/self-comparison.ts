// What a comparison of a setting with itself found, as a table of 80 columns.
import type { SelfComparison } from '../result/result.ts';
import { LOOKS } from '../verdict/compare.ts';
import { formatCount, formatShare, plural } from './format.ts';

export function selfComparisonLines(rows: readonly SelfComparison[]): string[] {
  const [first] = rows;
  if (!first) return ['The setting was compared with itself: no pair of runs can be trusted.'];
  const head = ['in the storm', 'scatter', 'false alarms', ...LOOKS.map((n) => `seen by ${n}`)];
  const cells = rows.map(({ metric, scatter, falseAlarms, smallest }) => [
    metric,
    formatShare(scatter),
    formatShare(falseAlarms),
    ...smallest.map((effect) => `+${formatShare(effect)}`),
  ]);
  const widths = head.map((title, i) =>
    Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .replaceAll('\u00a0', ' ');
  return [
    `The same setting against itself, ${plural(first.pairs, 'pair')} of runs:`,
    '',
    line(head),
    ...cells.map(line),
    '',
    'scatter: from one run to the next. false alarms: how often one side would have',
    `been called worse, of the ${formatCount(first.ways)} ways to name the two sides of each pair. seen:`,
    'the smallest change that so many pairs find four times in five on this machine.',
  ];
}
