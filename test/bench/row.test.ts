import { describe, expect, it } from 'vitest';
import { renderPage, targetsOf } from '../../src/bench/measure/page.ts';
import { digits, isMet, type Limit, type Row, renderSection } from '../../src/bench/measure/row.ts';

const figure = (median: number) => ({ median, min: median, max: median });
const lineOf = (row: Row): string =>
  renderSection({ title: 't', method: 'm', rows: [row] })
    .trim()
    .split('\n')
    .at(-1) ?? '';

describe('a row', () => {
  it('shows both sides, the median with its spread, and whether the target is met', () => {
    const row: Row = {
      what: 'CPU',
      ours: '64.0 µs',
      theirs: 'smtp-source 80.0 µs',
      figure: { median: 0.8, min: 0.75, max: 0.912 },
      limit: { atMost: 1 },
    };
    expect(lineOf(row)).toBe(
      '| CPU | 64.0 µs | smtp-source 80.0 µs | **0.80** × (0.75–0.91) | at most 1 × ✔ |  |',
    );
  });

  it('says why it is empty, and claims nothing of the target', () => {
    const row: Row = { what: 'CPU', limit: { atMost: 1 }, note: 'postal is not installed' };
    expect(lineOf(row)).toBe('| CPU | — | — | — | at most 1 × | postal is not installed |');
  });

  it('tells a single value without a spread, in its unit', () => {
    const row: Row = { what: 'held', figure: figure(148.4), unit: 'MB', limit: { atMost: 100 } };
    expect(lineOf(row)).toBe('| held | — | — | **148** MB | at most 100 MB ✘ |  |');
  });
});

describe('a target', () => {
  it.each<{ median: number; limit: Limit; met: boolean }>([
    { median: 1, limit: { atMost: 1 }, met: true },
    { median: 1.01, limit: { atMost: 1 }, met: false },
    { median: 1, limit: { atLeast: 1 }, met: true },
    { median: 0.99, limit: { atLeast: 1 }, met: false },
    { median: Number.NaN, limit: { atLeast: 1 }, met: false },
    { median: Number.NaN, limit: { atMost: 1 }, met: false },
  ])('$median is held against $limit: $met', ({ median, limit, met }) => {
    expect(isMet({ what: '', figure: figure(median), limit })).toBe(met);
  });

  it('is neither met nor missed where none was set', () => {
    expect(isMet({ what: '', figure: figure(1) })).toBeUndefined();
  });
});

describe('the targets', () => {
  it('are all rows that have one, of all tables in their order', () => {
    const rows = (what: string): Row[] => [
      { what: `${what} free`, figure: figure(1) },
      { what: `${what} held`, figure: figure(1), limit: { atMost: 1 } },
    ];
    const sections = ['a', 'b'].map((title) => ({ title, method: '', rows: rows(title) }));
    expect(targetsOf(sections).rows.map(({ what }) => what)).toEqual(['a held', 'b held']);
    const page = renderPage([], sections);
    expect(page.indexOf('## The targets')).toBeLessThan(page.indexOf('## a'));
  });
});

describe('figures', () => {
  it.each([
    { value: 0.0349, text: '0.03' },
    { value: 9.994, text: '9.99' },
    { value: 12.34, text: '12.3' },
    { value: 1234.5, text: '1235' },
    { value: -2.5, text: '−2.50' },
    { value: Number.NaN, text: 'NaN' },
  ])('$value is written $text', ({ value, text }) => {
    expect(digits(value)).toBe(text);
  });
});

describe('the page', () => {
  it('holds the machine and every section in order', () => {
    const sections = ['first', 'second'].map((title) => ({ title, method: 'how', rows: [] }));
    const page = renderPage(['- 2 cores'], sections);
    const places = ['- 2 cores', '## first', '## second'].map((words) => page.indexOf(words));
    expect(places[0]).toBeGreaterThan(0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});
