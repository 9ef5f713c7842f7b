// What the report says of sessions that an SPF record averted: theirs, and never the server's merit.
import { describe, expect, it } from 'vitest';
import { avertedSentence } from '../../src/report/averted.ts';
import { checks } from '../../src/report/checks.ts';
import { headline } from '../../src/report/headline.ts';
import { study } from '../../src/report/study.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import type { Metric, Result } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const NAMES = BEHAVIOURS.map(({ name }) => name);
const metric = (name: string, value: number): Metric => ({
  ...{ phase: 'run', metric: `attack.${name}`, value, unit: 'count' },
});

/** With so many averted, of 1,000 planned, by variant. */
function resultWith(averted: Readonly<Record<string, number>>, repeats = 1): Result {
  const result = sampleResult(BEHAVIOURS, repeats);
  const runs = result.runs.map((run) => {
    const others = run.metrics.filter(
      ({ metric: name }) => !/^attack\.(planned|averted)$/.test(name),
    );
    const own = [metric('planned', 1000), metric('averted', averted[run.variant] ?? 0)];
    return { ...run, metrics: [...others, ...own] };
  });
  return { ...result, runs };
}
const studyOf = (averted: Readonly<Record<string, number>>, repeats = 1) =>
  study(sampleInput(resultWith(averted, repeats)));
const [first = '', second = '', third = '', fourth = ''] = NAMES;

describe('the averted sessions', () => {
  it('are told with their share of what was planned, the largest first', () => {
    expect(avertedSentence(studyOf({ [first]: 123, [second]: 400 }))).toBe(
      `Attack sessions that an SPF record averted at their senders, before they met the server: 400 of 1,000 (40\u00a0%) in ${second} and 123 of 1,000 (12\u00a0%) in ${first}.`,
    );
  });

  it('are added up over repeats', () => {
    expect(avertedSentence(studyOf({ [first]: 250 }, 2))).toContain('500 of 2,000 (25\u00a0%)');
  });

  it('of many variants are told of the first three', () => {
    const sentence = avertedSentence(studyOf({ [first]: 4, [second]: 3, [third]: 2, [fourth]: 1 }));
    expect(sentence).toContain('and fewer in 1 more variant.');
    expect(sentence).not.toContain(`in ${fourth}`);
  });

  it('are not spoken of where there are none', () => {
    expect(avertedSentence(studyOf({}))).toBeUndefined();
    expect(avertedSentence(study(sampleInput()))).toBeUndefined();
  });

  it('stand below the headline and in the terminal', () => {
    const input = sampleInput(resultWith({ [second]: 400 }));
    expect(headline(study(input)).facts.join(' ')).toContain('400 of 1,000');
    const exit = { code: 0, meaning: 'done' };
    const text = renderSummary(input, { width: 80, files: [], exit, color: false });
    expect(text.replaceAll(/\s+/g, ' ')).toContain('400 of 1,000 (40 %)');
  });

  it('were planned and not started: no check says otherwise', () => {
    const all = (averted: Readonly<Record<string, number>>) =>
      checks(studyOf(averted)).map(({ text }) => text);
    expect(all({})).toContain('Every planned attack session was started.');
    expect(all({ [second]: 1 })).toContain(
      'Every attack session that its sender meant to begin was started.',
    );
  });
});
