// The three renderings: against golden files (UPDATE_GOLDEN=1 writes them anew), and against what
// hostile, huge and empty results do to them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { ReportInput } from '../../src/report/input.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderSummary, type SummaryOptions } from '../../src/report/terminal.ts';
import type { Result, Run } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const OPTIONS: SummaryOptions = {
  width: 80,
  files: [
    { path: 'reports/deluge-2008/2026-11-23T074012Z/report.html', bytes: 123_000 },
    { path: 'reports/deluge-2008/2026-11-23T074012Z/summary.md', bytes: 2400 },
    { path: 'reports/deluge-2008/2026-11-23T074012Z/result.json', bytes: 1_200_000 },
  ],
  exit: { code: 0, meaning: 'done' },
  color: false,
};

function golden(name: string, text: string): string {
  const path = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(fileURLToPath(new URL('../golden/', import.meta.url)), { recursive: true });
    writeFileSync(path, text);
  }
  return readFileSync(path, 'utf8');
}

/** Twenty variants, fifteen repeats, an hour each. */
function enormous(): ReportInput {
  const behaviours = Array.from({ length: 20 }, (_, i) => {
    const behaviour = BEHAVIOURS[i % BEHAVIOURS.length];
    return { ...(behaviour ?? BEHAVIOURS[0]), name: `variant-${i}` } as (typeof BEHAVIOURS)[number];
  });
  const small = sampleResult(behaviours, 1);
  const stretch = (run: Run, repeat: number): Run => ({
    ...run,
    repeat,
    ledger: [],
    timeline: Array.from({ length: 3600 }, (_, t) => {
      const second = run.timeline[t % run.timeline.length];
      return { ...(second as Run['timeline'][number]), t, phase: t < 600 ? 'calm' : 'storm' };
    }),
  });
  const runs = small.runs.flatMap((run) =>
    Array.from({ length: 15 }, (_, i) => stretch(run, i + 1)),
  );
  const phases = {
    ...small.phases,
    warmupMs: 0,
    calmMs: 600_000,
    stormMs: 2_400_000,
    recoveryMs: 600_000,
  };
  return sampleInput({ ...small, phases, runs });
}

const HOSTILE = '<img src=x onerror=alert(1)>"\u001b[2J\u202e@all | `#1`';

function hostile(): ReportInput {
  const result = sampleResult();
  const spoil = (name: string) => (name === 'stock' ? name : `${name}${HOSTILE}`);
  const spoiled: Result = {
    ...result,
    scenario: HOSTILE,
    summary: HOSTILE,
    command: HOSTILE,
    goal: [HOSTILE],
    target: { kind: 'postfix', version: HOSTILE, address: HOSTILE },
    variants: result.variants.map((v) => ({
      name: spoil(v.name),
      changes: v.changes.map(() => HOSTILE),
      configuration: [HOSTILE],
    })),
    runs: result.runs.map((run) => ({
      ...run,
      variant: spoil(run.variant),
      warnings: [{ code: 'x', text: HOSTILE, fatal: false }],
      unavailable: [{ metric: HOSTILE, reason: HOSTILE }],
      outcomes: run.outcomes.map((row) => ({ ...row, actor: HOSTILE, replies: { [HOSTILE]: 1 } })),
    })),
  };
  const states = [{ text: HOSTILE, state: 'missed', shown: HOSTILE }] as const;
  return {
    result: spoiled,
    goals: spoiled.variants.map(({ name }) => ({ variant: name, states })),
  };
}

function manyWarnings(): ReportInput {
  const result = sampleResult();
  const warnings = Array.from({ length: 30 }, (_, i) => ({
    code: `w${i}`,
    text: `warning number ${i}`,
    fatal: false,
  }));
  return sampleInput({ ...result, runs: result.runs.map((run) => ({ ...run, warnings })) });
}

function empty(): ReportInput {
  const { finishedAt: _none, ...result } = sampleResult();
  const bare = result.runs.slice(0, 1).map((run) => ({
    ...run,
    metrics: [],
    histograms: {},
    timeline: [],
    outcomes: [],
    ledger: [],
  }));
  return { result: { ...result, runs: bare, goal: [] }, goals: [] };
}

const INPUTS: readonly (readonly [string, () => ReportInput])[] = [
  ['ordinary', () => sampleInput()],
  ['enormous', enormous],
  ['hostile', hostile],
  ['empty', empty],
];

describe('the page', () => {
  it('is as it was', () => {
    const page = renderHtml(sampleInput());
    expect(page).toBe(golden('report.html', page));
  });

  it.each(INPUTS)('of an %s result is at most 600 KB and asks for nothing', (_name, make) => {
    const page = renderHtml(make());
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(600_000);
    expect(page).not.toMatch(
      /<script|<link[^>]+stylesheet|<[^>]+\ssrc=|url\(|@import|<[^>]+\sstyle=/,
    );
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('has a title, a description and a table of numbers for every chart, and no id twice', () => {
    const page = renderHtml(sampleInput());
    const charts = page.match(/<svg[^>]+role="img"/g) ?? [];
    expect(charts.length).toBeGreaterThan(12);
    expect(page.match(/<title id=/g)).toHaveLength(charts.length);
    expect(page.match(/<desc id="[^"]+">[^<]{10,}/g)).toHaveLength(charts.length);
    expect(page.match(/<figure>/g)?.length).toBe(page.match(/Numbers behind this chart/g)?.length);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('lets nothing hostile through', () => {
    const page = renderHtml(hostile());
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;\\x1b[2J\\u202e');
  });

  it('carries every colour of the charts as an attribute, for viewers that forbid styles', () => {
    const page = renderHtml(sampleInput()).replace(/<style>.*?<\/style>/s, '');
    for (const tag of page.match(/<(path|rect|text)\b[^>]*>/g) ?? []) {
      expect(tag).toMatch(/(fill|stroke)="(#[0-9a-f]{6})"/);
    }
  });

  it('names the panels that it left out', () => {
    expect(renderHtml(sampleInput())).toContain('“Messages in the target&#39;s queue”');
  });
});

describe('the summary on the terminal', () => {
  const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

  it('is as it was', () => {
    const text = `${renderSummary(sampleInput(), OPTIONS)}\n`;
    expect(text).toBe(golden('summary.txt', text));
  });

  it.each(INPUTS)('of an %s result fits on 25 lines of 80 columns', (_name, make) => {
    const text = renderSummary(make(), OPTIONS);
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
    expect(widest(text)).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e|NaN|Infinity|undefined/u);
  });

  it('counts the warnings that it has no room for', () => {
    const text = renderSummary(manyWarnings(), OPTIONS);
    const told = text.match(/warning number/g)?.length ?? 0;
    expect(told).toBeGreaterThan(0);
    expect(text).toContain(`${30 - told} more warnings: see the report`);
    expect(text.split('\n').length).toBeLessThanOrEqual(25);
  });

  it('opens with whole sentences, however much there is to say', () => {
    const sentence = 'It fell behind by a good deal more than the limit that it should have kept. ';
    const result = sampleResult();
    const late = { code: 'generator-late', text: sentence.repeat(5).trim(), fatal: true };
    const runs = result.runs.map((run) => ({ ...run, valid: false, warnings: [late] }));
    const lines = renderSummary(sampleInput({ ...result, runs }), OPTIONS).split('\n');
    const opening = lines.slice(0, lines.indexOf(''));
    expect(opening.length).toBeLessThanOrEqual(3);
    expect(opening.at(-1)).toMatch(/should have kept\.$/);
  });

  it('is coloured on request only, and says no more in colour', () => {
    const coloured = renderSummary(sampleInput(), { ...OPTIONS, color: true });
    expect(coloured).toContain('\u001b[32m✔ met\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes are what is removed.
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderSummary(sampleInput(), OPTIONS));
  });

  it('breaks a long command so that it can still be pasted', () => {
    const command = `blowback run deluge-2008 ${'--set world.sources=100 '.repeat(5)}`.trim();
    const text = renderSummary(sampleInput({ ...sampleResult(), command }), OPTIONS);
    const [, pasted = ''] = /again\s+([\s\S]*?)\nexit/.exec(text) ?? [];
    expect(pasted.replace(/ \\\n\s+/g, ' ')).toBe(command);
  });
});

describe('the summary for a pull request', () => {
  it('is as it was', () => {
    const text = renderMarkdown(sampleInput());
    expect(text).toBe(golden('summary.md', text));
  });

  it.each(INPUTS)('of an %s result has at most 30 lines and 64 KB', (_name, make) => {
    const text = renderMarkdown(make());
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
    expect(Buffer.byteLength(text)).toBeLessThan(64_000);
    expect(text).not.toMatch(/<img|[^\P{Cc}\n]|\u202e|NaN|Infinity|undefined|@all/u);
    expect(text.startsWith('<!-- blowback')).toBe(true);
  });

  it('counts the warnings that it has no room for', () => {
    const text = renderMarkdown(manyWarnings());
    expect(text).toContain('and 26 more warnings in the report');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(30);
  });

  it('folds the variants beyond eight', () => {
    const text = renderMarkdown(enormous());
    expect(text).toContain('<details><summary>12 more variants</summary>');
    expect(text.match(/^\| variant-/gm)).toHaveLength(8);
  });
});
