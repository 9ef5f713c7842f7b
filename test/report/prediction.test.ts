// What the three renderings say of a scenario's prediction.
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import type { GoalState, Prediction, ReportInput } from '../../src/report/input.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { predictionWords } from '../../src/report/prediction.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const MET: GoalState = { text: 'legit.lost == 0', state: 'met', shown: '0' };
const MISSED: GoalState = { text: 'legit.late > 9 for <two>', state: 'missed', shown: '4' };
const UNKNOWN: GoalState = { text: 'attack.bytes < 1KiB', state: 'no-data', shown: 'no data' };
const CASES: readonly (readonly [Prediction, string])[] = [
  [{ outcome: 'confirmed', expectations: [MET] }, 'confirmed: 1 of 1 holds'],
  [
    { outcome: 'refuted', expectations: [MET, UNKNOWN, MISSED] },
    'refuted: 1 of 3 hold; not legit.late > 9 for <two> (4)',
  ],
  [
    { outcome: 'inconclusive', expectations: [MET, UNKNOWN] },
    'inconclusive: 1 of 2 hold; not attack.bytes < 1KiB (no data)',
  ],
];

function inputWith(prediction?: Prediction): ReportInput {
  const input = sampleInput(sampleResult(BEHAVIOURS.slice(3)));
  return prediction === undefined ? input : { ...input, prediction };
}

function terminal(input: ReportInput): string {
  const exit = { code: 0, meaning: 'done' };
  return renderSummary(input, { width: 80, files: [], exit, color: false });
}

describe.each(CASES)('a prediction: %#', (prediction, words) => {
  it('is told in words', () => {
    expect(predictionWords(prediction)).toBe(words);
  });

  it('stands in the summaries', () => {
    expect(terminal(inputWith(prediction)).replace(/\s+/g, ' ')).toContain(
      `The prediction is ${words}.`,
    );
    expect(renderMarkdown(inputWith(prediction))).toContain(
      `**Prediction:** ${prediction.outcome}`,
    );
  });

  it('has its place on the page, with every expectation and its figure', () => {
    const page = renderHtml(inputWith(prediction));
    expect(page).toContain(`What was predicted: ${prediction.outcome}`);
    const rows = page.split('id="prediction"')[1]?.split('</table>')[0] ?? '';
    for (const { text, shown } of prediction.expectations) {
      expect(rows).toContain(text.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
      expect(rows).toContain(shown);
    }
    expect(rows).not.toContain('<two>');
  });
});

it('where nothing is expected nothing is said of it', () => {
  const input = inputWith();
  for (const text of [renderHtml(input), renderMarkdown(input), terminal(input)]) {
    expect(text).not.toMatch(/prediction is|What was predicted|\*\*Prediction/);
  }
});
