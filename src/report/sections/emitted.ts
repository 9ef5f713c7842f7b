// What the target sent of its own accord, with a few of the messages. Left out where it sent nothing.
import type { EmittedSample } from '../../result/result.ts';
import { type EmissionRow, emissionRows } from '../emissions.ts';
import { formatCount, formatLength, plural } from '../format.ts';
import { type Content, html, type Markup, trusted } from '../markup.ts';
import type { Study } from '../study.ts';
import { dataTable, folded, nameTag, section } from './figure.ts';

interface Column {
  readonly title: string;
  readonly value: (row: EmissionRow) => number;
}

const COLUMNS: readonly Column[] = [
  { title: 'bounces to forged senders', value: ({ backscatter }) => backscatter },
  { title: 'recipients they report', value: ({ recipients }) => recipients },
  { title: 'bounces of real mail', value: ({ fair }) => fair },
  { title: 'questions about addresses', value: ({ probes }) => probes },
  { title: 'other mail', value: ({ others }) => others },
];

export function emittedSection(study: Study): Markup | undefined {
  const rows = emissionRows(study);
  if (rows.length === 0) return undefined;
  const columns = COLUMNS.filter(({ value }) => rows.some((row) => value(row) > 0));
  const table = dataTable({
    columns: ['Sent by the target itself', ...columns.map(({ title }) => title)],
    rows: rows.map((row): Content[] => [
      nameTag(row.standing, study),
      ...columns.map(({ value }) => formatCount(value(row))),
    ]),
  });
  const scattered = rows.some(({ backscatter }) => backscatter > 0);
  return section('emitted', 'What it sent to others', [
    scattered
      ? html`<p class="sub">A bounce to a forged sender reaches somebody who never wrote: it makes this server a part of the next storm. Refuse unknown recipients while their senders are still connected.</p>`
      : undefined,
    table,
    rows.filter(({ samples }) => samples.length > 0).map((row) => samplesOf(row, study)),
  ]);
}

function samplesOf({ standing, samples }: EmissionRow, study: Study): Markup {
  return folded(
    html`${nameTag(standing, study)} <span class="sub">${plural(samples.length, 'sample')}</span>`,
    html`<pre class="mail">${samples.map(sampleText)}</pre>`,
  );
}

function sampleText({ t, from, to, subject, lines }: EmittedSample, place: number): Markup {
  const gap = place > 0 ? trusted('\n\n') : undefined;
  // Line by line: within a text line ends become spaces.
  return html`${gap}at ${formatLength(t)} from &lt;${from}&gt; to &lt;${to}&gt;\nSubject: ${subject}${lines.map((line) => html`\n  ${line}`)}`;
}
