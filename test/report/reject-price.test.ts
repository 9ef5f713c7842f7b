// What the report says where the price of a reject was withheld.
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { Result } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const [STOCK, , , VICTIM] = BEHAVIOURS;
if (STOCK === undefined || VICTIM === undefined) throw new Error('no behaviours');
const two = (): Result => sampleResult([STOCK, VICTIM]);

describe('the price of a reject', () => {
  const REASON = 'most sessions of the storm were accepted or deferred';
  /** Of these variants; of all when none is named. */
  const withheld = (...names: string[]): Result => {
    const result = two();
    const runs = result.runs.map((run) => {
      if (names.length > 0 && !names.includes(run.variant)) return run;
      const metrics = run.metrics.filter(({ metric }) => metric !== 'reject.cpu_ms');
      return { ...run, metrics, unavailable: [{ metric: 'reject.cpu_ms', reason: REASON }] };
    });
    return { ...result, runs };
  };
  /** The column below its title, and the note under the table. */
  function costOf(result: Result) {
    const page = renderHtml(sampleInput(result)).replaceAll('\u00a0', ' ');
    const [, table = ''] = page.split('<h3>What it cost</h3>');
    const [, first] = /<th[^>]*>([^<]*)<\/th><th[^>]*>([^<]*)</.exec(table)?.slice(1) ?? [];
    const cells = [...table.matchAll(/<\/span><\/th><td align="right">([^<]*)</g)];
    return { first, cells: cells.slice(0, 2).map(([, cell]) => cell), note: page };
  }

  it.each([
    ['of one variant', ['victim-rule'], ['3.16', '–']],
    ['of all', [], ['–', '–']],
  ])('%s is a dash with the reason where it was withheld', (_, names, cells) => {
    const { first, cells: shown, note } = costOf(withheld(...names));
    expect(first).toBe('CPU per reject, ms');
    expect([...shown].sort()).toEqual([...cells].sort());
    expect(note).toMatch(new RegExp(`for each session that it rejected\\. –: ${REASON}\\.</p>`));
  });

  it('has no such note where it was told', () => {
    expect(costOf(two()).note).toMatch(/for each session that it rejected\.<\/p>/);
  });
});
