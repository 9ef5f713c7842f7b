// Which variant is better than the baseline, and how sure that is.
import { CONFIDENCE, findings, howCompared } from '../comparison.ts';
import { formatShare, listOf } from '../format.ts';
import { html, type Markup } from '../markup.ts';
import type { Study } from '../study.ts';
import { describePairs, VERDICT_MARKS } from '../verdict-words.ts';
import { dataTable, nameTag, section } from './figure.ts';

export function comparisonSection(study: Study): Markup | undefined {
  const all = findings(study);
  if (all.length === 0) return undefined;
  const rows = all.map(({ record, question, figures, doubt }) => {
    const standing = study.standings.find(({ variant }) => variant.name === record.variant);
    return [
      standing ? nameTag(standing, study) : record.variant,
      question,
      html`<b>${VERDICT_MARKS[record.verdict]} ${record.verdict}</b>`,
      record.ratio === undefined ? '–' : figures,
      describePairs(record),
      doubt ?? '',
    ];
  });
  const [first] = all;
  const base = first?.record.baseline ?? study.baseline.variant.name;
  const how = howCompared(study);
  const table = dataTable({
    columns: ['Variant', `Against ${base}`, 'Verdict', `Ratio (${CONFIDENCE})`, 'From', 'In doubt'],
    rows,
  });
  const sets = study.standings.filter(({ variant }) => variant.changes.length > 1);
  const together =
    sets.length === 0
      ? ''
      : ` ${listOf(sets.map(({ variant }) => variant.name))}: the verdict is about all changed settings together.`;
  const margins = [...new Set(all.map(({ record }) => formatShare(record.margin)))].join(' or ');
  return section(
    'comparison',
    'Which is better, and how sure',
    html`<p class="sub">Better or worse: the whole interval lies on one side, and the change is at least ${margins}, as the metric has it. Equivalent: the whole interval lies within that. A run is one observation, and runs that stood side by side are compared; all intervals together hold with ${CONFIDENCE}.${how === undefined ? '' : ` Played: ${how}.`}${together}</p>${table}`,
  );
}
