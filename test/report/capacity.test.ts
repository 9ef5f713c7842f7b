// How big a storm each variant survives, in every renderer.
import { describe, expect, it } from 'vitest';
import { survives } from '../../src/report/capacity.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import type { Result, Storm, VariantCapacity } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const [STOCK, , , VICTIM] = BEHAVIOURS;
if (!STOCK || !VICTIM) throw new Error('no behaviours');
const storm = (rate: number, outcome: Storm['outcome'], more: Partial<Storm> = {}): Storm => ({
  rate,
  outcome,
  due: 25,
  delivered: outcome === 'held' ? 25 : 10,
  wait: 2,
  quantile: 'p95',
  ...more,
});
const VARIANTS: readonly VariantCapacity[] = [
  {
    variant: 'stock',
    held: 90,
    broke: 103,
    ended: 'found',
    storms: [
      storm(180, 'broke', { censored: true, reason: 'legit.lost == 0' }),
      storm(90, 'held'),
      storm(90, 'held'),
      storm(96, 'held'),
      storm(96, 'broke'),
      storm(103, 'broke'),
      storm(103, 'broke'),
    ],
  },
  {
    variant: 'victim-rule',
    held: 360,
    invalid: 720,
    ended: 'found',
    storms: [storm(360, 'held'), storm(720, 'invalid', { due: 0, delivered: 0, reason: 'late' })],
  },
];
const result: Result = {
  ...sampleResult([STOCK, VICTIM]),
  capacity: { of: 'all attackers', variants: VARIANTS },
};

it.each([
  [{ held: 90, broke: 103, ended: 'found' }, '90 to 103/s'],
  [{ held: 90, ended: 'found' }, '90/s at least'],
  [
    { held: 90, invalid: 180, ended: 'found' },
    "90/s at least; 180/s is more than this machine's generator holds",
  ],
  [{ broke: 3, ended: 'found' }, 'less than 3/s'],
  [{ held: 90, broke: 150, ended: 'out-of-time' }, '90 to 150/s, out of time'],
  [{ ended: 'interrupted' }, 'not found, interrupted'],
  [{ invalid: 3, ended: 'found' }, 'not found: at 3/s it cannot be told'],
] as const)('%o is told as %s', (facts, words) => {
  expect(survives({ variant: 'x', storms: [], ...facts })).toBe(words);
});

describe('the report', () => {
  const page = renderHtml(sampleInput(result)).replaceAll('\u00a0', ' ');
  it('has the curve, and a row for each size with all its runs', () => {
    expect(page).toContain('<h2>How big a storm it survives</h2>');
    expect(page).toContain('stock survives 90 to 103/s; victim-rule survives 360/s at least');
    const rows = page.match(/<tr>(?:(?!<\/tr>)[\s\S])*\/s<\/td>(?:(?!<\/tr>)[\s\S])*<\/tr>/g) ?? [];
    const text = rows.map((row) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    );
    expect(text.some((row) => /96\/s held 1×, missed 1× 70 % 2.00 s/.test(row))).toBe(true);
    expect(text.some((row) => /180\/s missed 40 % ≥ 2.00 s legit\.lost == 0/.test(row))).toBe(true);
    // What this machine could not even begin is no point of the curve.
    expect(text.some((row) => row.includes('720/s 0'))).toBe(false);
  });
  it('has none where nobody asked', () => {
    expect(renderHtml(sampleInput(sampleResult([STOCK])))).not.toContain('How big a storm');
  });
});

it('is in the summaries', () => {
  const input = sampleInput(result);
  expect(renderMarkdown(input)).toContain('- stock: 90 to 103/s');
  const exit = { code: 0, meaning: 'done' };
  const text = renderSummary(input, { width: 80, files: [], exit, color: false });
  expect(text).toContain('survives, in attack sessions a second:');
  expect(text).toMatch(/^stock +90 to 103\/s$/m);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});
