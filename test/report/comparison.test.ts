// Verdicts in every renderer.
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import { describeRatio } from '../../src/report/verdict-words.ts';
import type { Result, VerdictRecord } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const record = (more: Partial<VerdictRecord>): VerdictRecord => ({
  metric: 'legit.latency.p95',
  phase: 'storm',
  variant: 'victim-rule',
  baseline: 'stock',
  verdict: 'better',
  ratio: 0.3,
  low: 0.25,
  high: 0.36,
  margin: 0.25,
  pairs: 5,
  ...more,
});

it.each([
  [{}, '3.3× lower (2.8–4×)'],
  [{ ratio: 2, low: 1.9, high: 2.1 }, '2× higher (1.9–2.1×)'],
  [{ ratio: 1.02, low: 0.94, high: 1.1 }, '1.02× higher (0.94–1.1×)'],
  [{ ratio: 1.001, low: 0.99, high: 1.012 }, 'the same (0.99–1.01×)'],
  [{ ratio: 3, low: 1.2, high: undefined }, '3× higher (at least 1.2×)'],
  [{ ratio: 10, low: 5, high: 20, scale: 'odds' as const }, 'odds 10× higher (5–20×)'],
  [{ ratio: undefined, reason: 'not measured' }, 'not measured'],
])('%o is told as %s', (more, words) => {
  const { ratio, high, ...rest } = { ...record({}), ...more };
  const told = {
    ...rest,
    ...(ratio !== undefined && { ratio }),
    ...(high !== undefined && { high }),
  };
  expect(describeRatio(told)).toBe(words);
});

const result: Result = {
  ...sampleResult(BEHAVIOURS, 5),
  verdicts: [
    record({ variant: 'two-workers', verdict: 'worse', ratio: 2, low: 1.5, high: 2.6 }),
    record({}),
    record({
      metric: 'reject.cpu_ms',
      verdict: 'inconclusive',
      ratio: 1.1,
      low: 0.7,
      high: 1.7,
      smallest: 1.8,
    }),
  ],
  comparison: {
    looks: [5, 10, 15],
    warmUps: 2,
    order: Array.from({ length: 5 }, () => BEHAVIOURS.map(({ name }) => name)),
    ended: 'decided',
  },
};

describe('a comparison', () => {
  const input = sampleInput(result);
  it('is a table of the page, with how it was played and what could not be seen', () => {
    const page = renderHtml(input).replaceAll('\u00a0', ' ');
    expect(page).toContain('<h2>Which is better, and how sure</h2>');
    expect(page).toContain(
      '5 rounds of all variants, forwards and backwards in turn, until everything was decided',
    );
    expect(page).toContain('a change of 80 % would have shown');
    expect(page).toContain(
      'cdb-first and two-workers: the verdict is about all changed settings together.',
    );
  });
  it('is a line for each answer in the terminal', () => {
    const exit = { code: 0, meaning: 'done' };
    const text = renderSummary(input, { width: 80, files: [], exit, color: false });
    expect(text).toMatch(
      /^▲ better +victim-rule +legit\.latency\.p95 in storm +3\.3× lower \(2\.8–4×\)$/m,
    );
    expect(text).toMatch(/^▼ worse +two-workers /m);
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
  it('is a line for each variant in the summary, which stays short', () => {
    const text = renderMarkdown(input);
    expect(text).toMatch(
      /^- victim-rule: .*\*\*better\*\*: 3\.3× lower.*; .*\*\*inconclusive\*\*/m,
    );
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(36);
  });
});
