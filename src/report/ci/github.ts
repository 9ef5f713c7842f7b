// GitHub's annotations, at the line of each threshold that does not hold, and the Markdown of the step's summary.
import { escapeMarkdown, escapeTerminal } from '../escape.ts';
import { type CiOutcome, type CiReport, sentenceOf } from './outcome.ts';

/** GitHub shows ten errors and ten warnings of a step, and drops the others in silence. */
const MOST = 10;
/** What a step may add to the summary of its job. */
const MOST_BYTES = 1024 * 1024;

const LEVELS = { missed: 'error', 'no-data': 'error', inconclusive: 'warning' } as const;
const TITLES = {
  missed: 'threshold failed',
  'no-data': 'threshold without data',
  inconclusive: 'threshold inconclusive',
} as const;
const MARKS = { met: '✅', missed: '❌', 'no-data': '❔', inconclusive: '⚠️' } as const;

/** Failures first; one line says how many more there are. */
export function renderAnnotations({ outcomes }: CiReport): string[] {
  const lines = (state: keyof typeof LEVELS) =>
    outcomes.filter((outcome) => outcome.state === state).map(annotation);
  const errors = [...lines('missed'), ...lines('no-data')];
  return [...limited(errors, 'error'), ...limited(lines('inconclusive'), 'warning')];
}

function limited(lines: readonly string[], level: string): string[] {
  if (lines.length <= MOST) return [...lines];
  const left = lines.length - MOST + 1;
  return [...lines.slice(0, MOST - 1), `::${level}::${left} more thresholds: see the summary`];
}

function annotation(outcome: CiOutcome): string {
  const { state, file, line } = outcome;
  if (state === 'met') return '';
  const place = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(TITLES[state])}`,
  ];
  return `::${LEVELS[state]} ${place.join(',')}::${data(escapeTerminal(sentenceOf(outcome)))}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** @param summary the Markdown of the whole run, which goes below */
export function renderGateMarkdown(report: CiReport, summary: string): string {
  const { outcomes, attempt } = report;
  const again =
    attempt !== undefined && attempt > 1
      ? `\nThis is attempt ${attempt}: trying until it passes finds what is not there.\n`
      : '';
  const table = outcomes.map(
    ({ name, state, shown }) =>
      `| ${MARKS[state]} | ${escapeMarkdown(name)} | ${escapeMarkdown(shown)} |`,
  );
  const text = [
    `### ${headline(report)}`,
    again,
    '| | threshold | measured |',
    '|:---|:---|:---|',
    ...table,
    '',
    summary,
  ].join('\n');
  return Buffer.byteLength(text) <= MOST_BYTES ? text : `${text.slice(0, MOST_BYTES / 4)}\n…\n`;
}

function headline({ outcomes, scenario, onInconclusive }: CiReport): string {
  const count = (state: CiOutcome['state']) =>
    outcomes.filter((outcome) => outcome.state === state).length;
  const [missed, none, open] = [count('missed'), count('no-data'), count('inconclusive')];
  const name = escapeMarkdown(scenario);
  if (missed > 0) return `❌ ${name}: ${missed} of ${outcomes.length} thresholds failed`;
  if (none > 0) return `❔ ${name}: ${none} of ${outcomes.length} thresholds have no data`;
  if (open > 0) {
    const mark = onInconclusive === 'fail' ? '❌' : '⚠️';
    return `${mark} ${name}: ${open} of ${outcomes.length} thresholds are inconclusive`;
  }
  return `✅ ${name}: every threshold holds`;
}
