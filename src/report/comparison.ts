// What a comparison found, line by line, for every renderer.
import type { VerdictRecord } from '../result/result.ts';
import { escapeTerminal } from './escape.ts';
import { plural, shorten } from './format.ts';
import type { Study } from './study.ts';
import { describeDoubt, describeRatio, nameOfQuestion, VERDICT_MARKS } from './verdict-words.ts';

export interface Finding {
  readonly record: VerdictRecord;
  readonly question: string;
  /** E.g. `3.3× lower (2.9–3.9×)`. */
  readonly figures: string;
  /** Why nothing can be said. */
  readonly doubt: string | undefined;
}

/** In the order in which the report has the variants. */
export function findings({ result, standings }: Study): Finding[] {
  const place = new Map(standings.map(({ variant }, i) => [variant.name, i]));
  return [...result.verdicts]
    .sort((a, b) => (place.get(a.variant) ?? 0) - (place.get(b.variant) ?? 0))
    .map((record) => ({
      record,
      question: nameOfQuestion(record),
      figures: describeRatio(record),
      doubt: describeDoubt(record),
    }));
}

/** How the comparison was made, in a sentence; undefined for results that were put together later. */
export function howCompared({ result }: Study): string | undefined {
  const { comparison } = result;
  if (!comparison) return undefined;
  const rounds = comparison.order.length;
  const end = {
    decided: 'until everything was decided',
    'all-played': 'all that were to be played',
    'out-of-time': 'as many as the time allowed',
    interrupted: 'until it was interrupted',
  }[comparison.ended];
  return `${plural(rounds, 'round')} of all variants, forwards and backwards in turn, ${end}; ${plural(comparison.warmUps, 'run')} before them to warm up, not counted`;
}

/** Each bound is missed so rarely, all questions and looks together, that this much confidence is left. */
export const CONFIDENCE = '95\u00a0%';

const NAME_WIDTH = 18;

/** At most `room` lines, the last of which may say how many there are more. */
export function comparisonLines(facts: Study, width: number, room: number): string[] {
  const all = findings(facts);
  if (all.length === 0 || room < 2) return [];
  const cells = all.map(({ record, question, figures, doubt }) => [
    `${VERDICT_MARKS[record.verdict]} ${record.verdict}`,
    shorten(escapeTerminal(record.variant), NAME_WIDTH),
    question,
    record.ratio === undefined ? (doubt ?? '') : figures,
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) => {
    const line = row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell)).join('  ');
    return shorten(line.replaceAll('\u00a0', ' ').trimEnd(), width);
  });
  if (lines.length <= room) return lines;
  const left = lines.length - room + 1;
  return [...lines.slice(0, room - 1), `… and ${plural(left, 'more answer')} in the report`];
}
