// Whether what the scenario predicted came out, with the figures that decided it. Left out where the
// scenario does not say what would confirm its prediction.
import type { GoalState } from '../input.ts';
import { type Content, html, type Markup } from '../markup.ts';
import { predictionWords } from '../prediction.ts';
import type { Study } from '../study.ts';
import { dataTable, section } from './figure.ts';

export function predictionSection({ prediction }: Study): Markup | undefined {
  if (prediction === undefined) return undefined;
  const { outcome, expectations } = prediction;
  return section('prediction', `What was predicted: ${outcome}`, [
    html`<p class="note ${TONES[outcome]}">The prediction is <b>${predictionWords(prediction)}</b>.</p>`,
    dataTable({
      columns: ['expected', 'measured', 'came out'],
      rows: expectations.map(({ text, state, shown }): Content[] => [
        html`<code>${text}</code>`,
        shown,
        MARKS[state],
      ]),
    }),
  ]);
}

const TONES = { confirmed: 'ok', refuted: '', inconclusive: 'plain' } as const;
const MARKS = {
  met: html`<b class="good">✔ as expected</b>`,
  missed: html`<b class="bad">✘ otherwise</b>`,
  'no-data': html`<b>? not known</b>`,
} as const satisfies Record<GoalState['state'], Markup>;
