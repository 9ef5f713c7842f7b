// The end of a run on standard output: what came out of it, in at most 25 lines of 80 columns.
import { avertedSentence } from './averted.ts';
import { brokenOff } from './broken-off.ts';
import { capacityLines } from './capacity.ts';
import { type Caution, cautions, checks } from './checks.ts';
import { comparisonLines } from './comparison.ts';
import { emissionRows, exampleOf } from './emissions.ts';
import { escapeTerminal } from './escape.ts';
import {
  ABSENT,
  endSentence,
  formatBytes,
  formatCount,
  formatShare,
  listOf,
  plural,
  shorten,
} from './format.ts';
import { headline } from './headline.ts';
import type { ReportInput } from './input.ts';
import { OUTCOME_MARKS, predictionWords } from './prediction.ts';
import { formatWait, type Standing, unplayed } from './standing.ts';
import { type Study, study } from './study.ts';

export interface SummaryOptions {
  readonly width: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly exit: { readonly code: number; readonly meaning: string };
  readonly color: boolean;
}

const MOST_LINES = 25;
const MOST_VARIANTS = 8;
/** Lines that warnings and checks have at least. */
const LEAST_NOTES = 2;
/** Longer names are cut, so that the figures stay on the line. */
const NAME_WIDTH = 18;

type Style = 'bold' | 'green' | 'red' | 'yellow' | 'dim';
const CODES = { bold: 1, green: 32, red: 31, yellow: 33, dim: 2 } as const;
type Paint = (style: Style, text: string) => string;

export function renderSummary(input: ReportInput, options: SummaryOptions): string {
  const facts = study(input);
  const paint: Paint = (style, text) =>
    options.color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  const { sentence, backscatter } = headline(facts);
  const warned = backscatter === undefined ? [] : [`⚠ ${backscatter}`];
  const lines = [sentence, ...warned].flatMap((text) =>
    opening(escapeTerminal(text), options.width),
  );
  const top = [...lines.map((line) => paint('bold', line)), ''];
  const standings = table(facts, options.width, paint);
  const end = ending(facts, options, paint);
  const left = MOST_LINES - top.length - standings.length - end.length - LEAST_NOTES - 3;
  const found = [
    ...capacityLines(facts, options.width, left),
    ...comparisonLines(facts, options.width, left),
  ];
  const middle = found.length === 0 ? standings : [...standings, '', ...found];
  const room = MOST_LINES - top.length - middle.length - end.length - 2;
  return [...top, ...middle, '', ...notes(facts, options.width, room, paint), '', ...end].join(
    '\n',
  );
}

/** As many whole sentences as three lines hold. */
function opening(text: string, width: number): string[] {
  const end = text.lastIndexOf('. ');
  const lines = wrap(text, width);
  if (lines.length <= 3 || end < 0) return lines.slice(0, 3);
  return opening(text.slice(0, end + 1), width);
}

interface Column {
  readonly title: string;
  readonly right: boolean;
  readonly cell: (standing: Standing) => string;
}

function table(facts: Study, width: number, paint: Paint): string[] {
  const shown = facts.standings.slice(0, MOST_VARIANTS);
  const columns = columnsOf(facts).map((column) => {
    const cells = shown.map((standing) => column.cell(standing));
    return {
      ...column,
      cells,
      width: Math.max(column.title.length, ...cells.map((c) => c.length)),
    };
  });
  // Where the terminal is too narrow the least important columns go: the page has them all.
  for (const title of ['late', 'CPU', 'wait v. baseline']) {
    if (columns.reduce((sum, c) => sum + c.width + 2, -2) <= width) break;
    const at = columns.findIndex((column) => column.title === title);
    if (at >= 0) columns.splice(at, 1);
  }
  const line = (cells: readonly string[]) =>
    columns
      .map((c, i) =>
        c.right ? (cells[i] ?? '').padStart(c.width) : (cells[i] ?? '').padEnd(c.width),
      )
      .join('  ')
      .trimEnd();
  const rows = shown.map((standing, row) => {
    const text = line(columns.map((c) => c.cells[row] ?? ''));
    if (standing.goal === 'met') return text.replace('✔ met', paint('green', '✔ met'));
    return text.replace('✘ missed', paint('red', '✘ missed'));
  });
  const rest = facts.standings.length - shown.length;
  const more =
    rest > 0 ? [paint('dim', `… and ${plural(rest, 'more variant')} in the report`)] : [];
  return [paint('dim', line(columns.map((c) => c.title))), ...rows, ...more];
}

function columnsOf(facts: Study): Column[] {
  const { quantile, hasGoal, standings } = facts;
  const all: (Column | false)[] = [
    {
      title: 'variant',
      right: false,
      cell: (s) => shorten(escapeTerminal(s.variant.name), NAME_WIDTH),
    },
    hasGoal && { title: 'goal', right: false, cell: goalWord },
    quantile !== undefined && {
      title: `storm ${quantile.name}`,
      right: true,
      cell: ({ wait }) => (wait ? plain(formatWait(wait)) : ABSENT),
    },
    { title: 'lost', right: true, cell: lostCell },
    standings.some(({ unsent }) => unsent > 0) && {
      title: 'never sent',
      right: true,
      cell: ({ unsent }) => formatCount(unsent),
    },
    {
      title: 'late',
      right: true,
      cell: ({ late }) => (late === undefined ? ABSENT : formatCount(late)),
    },
    {
      title: 'CPU',
      right: true,
      cell: ({ cpu }) => (cpu === undefined ? ABSENT : plain(formatShare(cpu))),
    },
    quantile !== undefined && {
      title: 'wait v. baseline',
      right: false,
      cell: (s) => (s.isBaseline ? 'baseline' : plain(s.ratio?.text ?? ABSENT)),
    },
  ];
  return all.filter((column) => column !== false);
}

function goalWord(standing: Standing): string {
  const { goal } = standing;
  if (goal === undefined) return unplayed(standing);
  return { met: '✔ met', missed: '✘ missed', 'no-data': '? no data', 'not-judged': 'not judged' }[
    goal
  ];
}

function lostCell({ lost, sent }: Standing): string {
  if (lost === undefined || sent === undefined) return ABSENT;
  return `${formatCount(lost)} of ${formatCount(sent)}`;
}

/** Warnings first; the checks in one line. What has no room is counted, never dropped in silence. */
function notes(facts: Study, width: number, room: number, paint: Paint): string[] {
  const all = checks(facts);
  const failed = all.filter((check) => !check.passed);
  const passed = all.filter((check) => check.passed);
  const ok = wrap(`✔ ${passed.map((check) => check.short).join(' · ')}`, width, '  ');
  const found = [avertedSentence(facts), brokenOff(facts)].filter((fact) => fact !== undefined);
  const red = (line: string) => paint('red', line);
  const tail = whole(room, [
    ...bounced(facts).map((line) => wrap(line, width, '  ')),
    ...found.map((fact) => wrap(`• ${escapeTerminal(fact)}`, width, '  ')),
    ...predicted(facts).map((line) => wrap(line, width, '  ')),
    ...(passed.length > 0 ? [ok.map((line) => line.replace('✔', paint('green', '✔')))] : []),
    ...failed.map((check) => wrap(`✘ ${check.text}`, width, '  ').map(red)),
  ]);
  const warnings = cautions(facts.result);
  const lines: string[] = [];
  let told = 0;
  for (const caution of warnings) {
    const next = wrap(warning(caution), width, '  ');
    const needed = lines.length + next.length + tail.length + (told + 1 < warnings.length ? 1 : 0);
    if (needed > room) break;
    lines.push(...next.map((line) => paint(caution.fatal ? 'red' : 'yellow', line)));
    told += 1;
  }
  const left = warnings.length - told;
  if (left > 0)
    lines.push(
      paint('yellow', `⚠ ${plural(left, `${told > 0 ? 'more ' : ''}warning`)}: see the report`),
    );
  return [...lines, ...tail].slice(0, Math.max(room, 1));
}

/** As many of the last notes as there is room for, none of them in part; a line stays for the warnings. */
function whole(room: number, notes: readonly (readonly string[])[]): readonly string[] {
  let left = room - 1;
  const first = notes.findLastIndex((note) => {
    left -= note.length;
    return left < 0;
  });
  return notes.slice(first + 1).flat();
}

function predicted({ prediction }: Study): string[] {
  if (prediction === undefined) return [];
  const mark = OUTCOME_MARKS[prediction.outcome];
  return [escapeTerminal(`${mark} The prediction is ${predictionWords(prediction)}.`)];
}

/** The headline has the count: here is one of them to look at. */
function bounced(facts: Study): string[] {
  const [row] = emissionRows(facts).filter((one) => one.backscatter > 0);
  const example = row && exampleOf(row);
  return row && example
    ? [escapeTerminal(`• Bounced to a forged sender by ${row.standing.variant.name}: ${example}.`)]
    : [];
}

function warning({ fatal, text, where }: Caution): string {
  return escapeTerminal(`${fatal ? '✘' : '⚠'} ${listOf(where)}: ${endSentence(text)}`);
}

function ending(facts: Study, { width, files, exit }: SummaryOptions, paint: Paint): string[] {
  const name = (path: string) => (path.split('/').at(-1) ?? path).replace(/\..*$/, '');
  const label = Math.max(5, ...files.map(({ path }) => name(path).length));
  // Paths stay whole, however long: a path that is cut cannot be opened.
  const places = files.map(
    ({ path, bytes }) =>
      `${name(path).padEnd(label)}  ${escapeTerminal(path)} ${paint('dim', `(${plain(formatBytes(bytes))})`)}`,
  );
  const command = wrap(escapeTerminal(facts.result.command), width - label - 4, '  ');
  const again =
    command.length > 3
      ? ['see the end of the report']
      : command.map((line, i) => (i < command.length - 1 ? `${line} \\` : line));
  const indent = ' '.repeat(label + 2);
  const code = wrap(`exit ${exit.code}: ${escapeTerminal(exit.meaning)}`, width);
  return [
    ...places,
    ...again.map((line, i) => (i === 0 ? `${'again'.padEnd(label)}  ${line}` : indent + line)),
    ...code.slice(0, 3).map((line) => (exit.code === 0 ? line : paint('red', line))),
  ];
}

/** At spaces only; no-break spaces hold. A word longer than the line stays whole. */
function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if ([...longer].length <= width || line.trim() === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = indent + word;
  }
  return [...lines, line].map(plain);
}

/** Terminals show a no-break space well, but a copied one breaks commands and searches. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}
