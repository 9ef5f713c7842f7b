// Bounces to forged senders in every rendering: in the headline, with samples, and harmless.
import { describe, expect, it } from 'vitest';
import { headline } from '../../src/report/headline.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { study } from '../../src/report/study.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import type { EmittedSample, Result, Run } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const HOSTILE = '<img src=x>\u001b[2J|`@all`';
const SAMPLE: EmittedSample = {
  t: 12.3,
  kind: 'bounce',
  from: '',
  to: 'mary@isp.example',
  subject: `Undelivered ${HOSTILE}`,
  lines: ['550 no such user', HOSTILE],
};

function withBounces(counts: Readonly<Record<string, number>>, goal = true) {
  const result = sampleResult(BEHAVIOURS.slice(0, 4));
  const scatter = (run: Run): Run => {
    const value = counts[run.variant] ?? 0;
    const metric = { phase: 'run', metric: 'target.backscatter', value, unit: 'count' } as const;
    return {
      ...run,
      metrics: [...run.metrics, metric],
      ...(value > 0 && { emitted: [SAMPLE] }),
    };
  };
  const changed: Result = { ...result, runs: result.runs.map(scatter) };
  return goal ? sampleInput(changed) : { result: { ...changed, goal: [] }, goals: [] };
}

const foundIn = (input: ReturnType<typeof withBounces>) => headline(study(input)).backscatter;

describe('the headline', () => {
  it.each([
    [
      { stock: 1200 },
      /^stock accepts mail for unknown recipients and bounces it later: 1,200 bounces to forged senders\.$/,
    ],
    [
      { stock: 5, 'two-errors': 7, 'two-workers': 1 },
      /3 variants accept mail .* bounces to forged senders, 7 in two-errors, 5 in stock and fewer in 1 more variant\.$/,
    ],
  ])('of %j names who bounces', (counts, expected) => {
    expect(foundIn(withBounces(counts))).toMatch(expected);
  });

  it('has nothing to say where nothing was bounced', () => {
    expect(foundIn(withBounces({}))).toBeUndefined();
  });

  it('names them without a goal, too', () => {
    expect(foundIn(withBounces({ stock: 1 }, false))).toMatch(/later: 1 bounce to forged/);
  });
});

const renderingsOf = (input: ReturnType<typeof withBounces>) => ({
  page: renderHtml(input),
  markdown: renderMarkdown(input),
  summary: renderSummary(input, {
    width: 80,
    files: [],
    exit: { code: 0, meaning: 'done' },
    color: false,
  }),
});

it('says so in a line of its own, however much there is to say of a run that cannot be trusted', () => {
  const input = withBounces({ stock: 30 });
  const text = `The generator was late. ${'There is much to say about that. '.repeat(30)}`;
  const warnings = [{ code: 'generator-late', text, fatal: true }];
  const runs = input.result.runs.map((run) => ({ ...run, valid: false, warnings }));
  const doubted = { ...input, result: { ...input.result, runs } };
  const { page, markdown, summary } = renderingsOf(doubted);
  const line = 'stock accepts mail for unknown recipients and bounces it later';
  expect(summary).toMatch(new RegExp(`^⚠ ${line}`, 'm'));
  expect(markdown).toMatch(new RegExp(`^\\*\\*⚠️ ${line}.*\\*\\*$`, 'm'));
  expect(page).toMatch(new RegExp(`^<p class="note found">.*${line}`, 'm'));
});

describe('a rendering', () => {
  const input = withBounces({ stock: 30 });
  const renderings = renderingsOf(input);

  it.each(Object.entries(renderings))('%s shows the count and a sample, harmless', (_, text) => {
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/30 bounces to forged senders/);
    expect(text).toContain('isp.example');
    expect(text).not.toContain('\u001b');
  });

  it('keeps the sample’s lines on the page, and its tags from the page', () => {
    expect(renderings.page).toContain('\n  550 no such user\n');
    expect(renderings.page).not.toContain('<img');
    expect(renderings.markdown).not.toContain('<img');
    expect(renderings.markdown).not.toMatch(/@all/);
  });

  it('says why the target refused and what it made of its clients, where it tells', () => {
    const told = withBounces({});
    const runs = told.result.runs.map((run, i) => ({
      ...run,
      causes: { 'unknown recipient': 1204 + i },
      metrics: [
        ...run.metrics,
        ...[0, 7].map((value, which) => ({
          phase: 'run' as const,
          metric: ['target.refused_rate', 'target.postscreen.pregreet'][which] ?? '',
          value,
          unit: 'count' as const,
        })),
      ],
    }));
    const page = renderHtml({ ...told, result: { ...told.result, runs } });
    expect(page).toMatch(/Why it refused.*unknown recipient.*1,204.*1,205/s);
    expect(page).toMatch(/What it made of its clients.*spoke too early.*7/s);
    expect(page).not.toContain('too many a minute');
    expect(renderHtml(told)).not.toMatch(/Why it refused|made of its clients/);
  });

  it('has no such section where nothing was sent', () => {
    expect(renderHtml(withBounces({}))).not.toContain('What it sent to others');
    expect(renderMarkdown(withBounces({}))).not.toContain('sent to others');
  });
});
