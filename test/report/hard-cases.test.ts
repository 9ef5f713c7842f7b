// What the reports say when something went wrong: cut short, died, never greeted, never sent, or with
// books that differ.
import { describe, expect, it } from 'vitest';
import { brokenOff } from '../../src/report/broken-off.ts';
import { checks } from '../../src/report/checks.ts';
import { endSentence } from '../../src/report/format.ts';
import { headline } from '../../src/report/headline.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { stormWaits } from '../../src/report/storm-waits.ts';
import { study } from '../../src/report/study.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import type { LedgerRow, Result, Run, Warning } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const [STOCK, , , VICTIM] = BEHAVIOURS;
if (STOCK === undefined || VICTIM === undefined) throw new Error('no behaviours');
const two = (): Result => sampleResult([STOCK, VICTIM]);

const of = (result: Result) => study(sampleInput(result));
const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const shorts = (result: Result) => checks(of(result)).map(({ short }) => plain(short));
const summary = (result: Result) =>
  renderSummary(sampleInput(result), {
    width: 80,
    files: [],
    exit: { code: 0, meaning: 'done' },
    color: false,
  });

/** Changes the runs of the variants that are named; of all when none is. */
function spoiled(result: Result, change: (run: Run) => Partial<Run>, ...names: string[]): Result {
  const runs = result.runs.map((run) =>
    names.length === 0 || names.includes(run.variant) ? { ...run, ...change(run) } : run,
  );
  return { ...result, runs };
}

function warn(code: string, text: string) {
  const warning: Warning = { code, text, fatal: true };
  return () => ({ valid: false, warnings: [warning] });
}

/** The first run only, ended by `warning` after its 21st second. */
function cut(warning: Warning, after = 21): Result {
  const { finishedAt: _none, ...result } = two();
  const runs = result.runs.slice(0, 1).map((run) => ({
    ...run,
    valid: false,
    warnings: [warning],
    timeline: run.timeline.slice(0, after),
  }));
  return { ...result, runs };
}

describe('a run that was cut short', () => {
  it.each([
    [
      'interrupted',
      21,
      'Interrupted in stock, 9 s into the storm: this is what was measured until then.',
    ],
    [
      'interrupted',
      1,
      'Interrupted in stock, in the warm-up: this is what was measured until then.',
    ],
    ['interrupted', 0, 'Interrupted in stock: this is what was measured until then.'],
    [
      'unfinished',
      4,
      'Not finished: this is what was measured of stock so far, 2 s into the calm.',
    ],
    ['target-died', 21, 'The target died in stock, 9 s into the storm.'],
  ])('says so when it was %s after %d s', (code, after, sentence) => {
    const found = headline(of(cut({ code, text: 'why', fatal: true }, after)));
    expect(plain(found.sentence)).toBe(sentence);
    expect(plain(found.facts.join(' '))).toMatch(/Until then, stock lost 18 of 325 real messages/);
  });

  it('says that nothing was measured only where nothing was', () => {
    const { finishedAt: _none, ...result } = two();
    expect(headline(of({ ...result, runs: [] })).sentence).toBe(
      'Nothing was measured: no run began.',
    );
  });

  it('tells why the target died', () => {
    const died = cut({ code: 'target-died', text: 'It was killed (signal 9)', fatal: true });
    expect(headline(of(died)).facts[0]).toBe('It was killed (signal 9).');
  });

  it.each(['interrupted', 'unfinished', 'target-died'])(
    'is not among the runs that came to their end when it was %s',
    (code) => {
      const result = spoiled(two(), warn(code, 'cut off'), 'stock');
      expect(shorts(result)[0]).toBe('1 of 2 runs complete');
      expect(checks(of(result))[0]?.passed).toBe(false);
    },
  );

  it.each([
    ['interrupted', 'cut short'],
    ['target-died', 'target died'],
  ])('has no mark but what befell it: %s', (code, mark) => {
    const result = spoiled(two(), warn(code, 'x'), 'stock');
    expect(summary(result)).toMatch(new RegExp(`^stock +${mark}`, 'm'));
    expect(renderMarkdown(sampleInput(result))).toContain(`| stock | ${mark} |`);
    expect(renderHtml(sampleInput(result))).toContain(`>${mark}</span>`);
  });

  it('is not said to have sent all of its load', () => {
    expect(shorts(cut({ code: 'interrupted', text: 'x', fatal: true }))).toEqual([
      '0 of 2 runs complete',
      'send lag p99 1.80 ms',
      'both sides agree',
    ]);
  });

  it('is neither judged by the goal nor compared', () => {
    const facts = of(spoiled(two(), warn('target-died', 'dead'), 'stock'));
    expect(facts.baseline.goal).toBeUndefined();
    expect(facts.standings[1]?.goal).toBe('met');
    expect(facts.standings[1]?.ratio).toBeUndefined();
    const { sentence, facts: told } = headline(facts);
    expect(sentence).toMatch(/^victim-rule, .* through the storm; in stock the target died\.$/);
    expect(told.join(' ')).not.toMatch(/stock lost/);
    expect(summary(spoiled(two(), warn('target-died', 'dead'), 'stock'))).toMatch(
      /^stock +target died/m,
    );
  });
});

describe('a server that answers little', () => {
  const text = 'The server greeted none of 9 sessions. Is a mail server running at this address?';

  it('is not taken for a bad measurement when it greeted nobody', () => {
    const all = spoiled(two(), warn('never-greeted', text));
    expect(headline(of(all)).sentence).toBe(text);
    expect(brokenOff(of(all))).toBeUndefined();
    const one = spoiled(two(), warn('never-greeted', text), 'victim-rule');
    expect(headline(of(one)).sentence).toBe(`victim-rule: ${text}`);
  });

  it('is told in a sentence, in every rendering', () => {
    const sentence =
      'Attack sessions that ended without a final reply: 42 % in stock (34 % refused, 7.7 % timed out).';
    expect(plain(brokenOff(of(two())) ?? '')).toBe(sentence);
    expect(plain(renderHtml(sampleInput(two())))).toContain(sentence);
    expect(plain(renderMarkdown(sampleInput(two())))).toContain('42 % in stock');
    expect(summary(two()).replace(/\n */g, ' ')).toContain(sentence);
  });

  it.each([
    [0.05, undefined],
    [0.051, /5.1 % in victim-rule \(refused\)/],
  ])('needs no sentence up to one session in twenty: %d', (refused, expected) => {
    const found = brokenOff(of(sampleResult([{ ...VICTIM, refused }])));
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(plain(found ?? '')).toMatch(expected);
  });

  it('counts sessions that still waited at the end of the drain, but not those that we cut short', () => {
    const result = spoiled(sampleResult([VICTIM]), (run) => ({
      outcomes: run.outcomes.map((row) => ({ ...row, state: 'cut' })),
    }));
    expect(plain(brokenOff(of(result)) ?? '')).toMatch(
      /100 % in victim-rule \(still waiting at the end\)/,
    );
    expect(brokenOff(of(spoiled(result, warn('interrupted', 'x'))))).toBeUndefined();
  });

  it('names the two worst variants and counts the others', () => {
    const many = ['a', 'b', 'c', 'd'].map((name, i) => ({
      ...VICTIM,
      name,
      refused: 0.1 + i / 10,
    }));
    expect(plain(brokenOff(of(sampleResult(many))) ?? '')).toMatch(
      /reply: 40 % in d \(.*\); 30 % in c \(.*\); over 5 % in 2 more variants\.$/,
    );
  });

  it.each([
    ['done', 'done.'],
    ['done. ', 'done.'],
    ['is it?', 'is it?'],
  ])('ends %j with one mark', (given, expected) => {
    expect(endSentence(given)).toBe(expected);
  });
});

describe('real mail that was never sent', () => {
  /** The last three messages of the storm. */
  const withUnsent = (): Result =>
    spoiled(
      two(),
      (run) => ({
        ledger: run.ledger.map((row, i): LedgerRow => {
          if (i < run.ledger.length - 3) return row;
          const { deliveredAt: _none, ...rest } = row;
          return { ...rest, state: 'unsent', attempts: 0 };
        }),
        metrics: run.metrics.map((m) => {
          if (m.metric === 'legit.unsent') return { ...m, value: 3 };
          return m.metric === 'legit.sent' ? { ...m, value: m.value - 3 } : m;
        }),
      }),
      'victim-rule',
    );

  it('fails a check, and is never called accounted for', () => {
    expect(shorts(two())).toContain('every real message in the ledger');
    const told = shorts(withUnsent());
    expect(told).not.toContain('every real message in the ledger');
    expect(told).toContain('3 real messages never sent');
    expect(checks(of(withUnsent())).find(({ passed }) => !passed)?.text).toBe(
      '3 of 650 real messages were due and never sent: they count as not delivered.',
    );
  });

  it('stands beside what was lost in every table, and only where there is any', () => {
    expect(summary(withUnsent())).toMatch(/never sent/);
    expect(summary(withUnsent())).toMatch(/^victim-rule .* 0 of 322 +3 /m);
    expect(renderMarkdown(sampleInput(withUnsent()))).toContain('| Never sent |');
    expect(renderHtml(sampleInput(withUnsent()))).toContain('3 never sent</b>');
    expect(headline(of(withUnsent())).facts[1]).toMatch(/and had 3 real messages never sent;/);
    for (const text of [summary(two()), renderMarkdown(sampleInput(two()))]) {
      expect(text).not.toMatch(/never sent/i);
    }
  });

  it('counts as infinitely slow', () => {
    const waits = stormWaits(withUnsent().runs.slice(1));
    expect([waits?.n, waits?.undelivered]).toEqual([200, 3]);
    expect(waits?.at(0.99)).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts so from the histogram too, where the ledger was cut', () => {
    const waits = stormWaits(
      sampleResult([VICTIM]).runs.map((run) => ({
        ...run,
        ledger: run.ledger.slice(-50),
        metrics: [
          ...run.metrics,
          { phase: 'storm', metric: 'legit.unsent', value: 50, unit: 'count' } as const,
        ],
      })),
    );
    expect([waits?.n, waits?.undelivered]).toEqual([250, 50]);
  });
});

describe('the books of both sides', () => {
  const books = (ours: number, theirs: number) => () => ({
    books: [{ what: 'messages accepted', ours, theirs }],
  });

  it('are a check with its figures where they agree, summed over the runs', () => {
    const found = checks(of(two())).find(({ short }) => short === 'both sides agree');
    expect(found).toMatchObject({
      passed: true,
      text: "The two sides agree: 2,408 recipients refused with 550 and 19,422 sessions in which the client spoke, in the target's own account too.",
    });
    expect(renderHtml(sampleInput(two()))).toMatch(
      /recipients refused with 450<\/th><td[^>]*>0<\/td><td[^>]*>0<\/td><td[^>]*>✔ agree/,
    );
  });

  it('do not agree when two runs only cancel each other out', () => {
    const first = spoiled(two(), books(5, 6), 'stock');
    const found = checks(of(spoiled(first, books(6, 5), 'victim-rule')));
    expect(found.find(({ short }) => short === 'the two sides disagree')?.passed).toBe(false);
  });

  it('leave it to the warning when there is one, and to nobody when no target kept any', () => {
    const warned = spoiled(two(), () => ({
      ...books(5, 6)(),
      warnings: [{ code: 'log-disagrees', text: 'they disagree', fatal: false }],
    }));
    const silent = spoiled(two(), () => ({ books: [] }));
    for (const result of [warned, silent]) expect(shorts(result).join()).not.toMatch(/sides/);
    expect(renderHtml(sampleInput(warned))).toContain('✘ disagree');
    expect(renderHtml(sampleInput(silent))).not.toContain('books');
  });
});
