// The summary for a pull request or a job's page: at most 30 lines of Markdown, with a strip of
// emoji for the delay over time beside the figures.
import { capacities, survives, unitOf } from './capacity.ts';
import { cautions, checks } from './checks.ts';
import { type Finding, findings } from './comparison.ts';
import { configurationDiff, countWords, differences } from './configuration.ts';
import { emissionRows, exampleOf } from './emissions.ts';
import { escapeHtmlInMarkdown, escapeMarkdown } from './escape.ts';
import {
  ABSENT,
  endSentence,
  formatBytes,
  formatCount,
  formatLoss,
  formatShare,
  formatTime,
  listOf,
  plural,
} from './format.ts';
import { headline } from './headline.ts';
import type { ReportInput } from './input.ts';
import { predictionWords } from './prediction.ts';
import { type SenderRow, senderGroups } from './senders.ts';
import { slots } from './severity.ts';
import { formatWait, middleRun, type Standing, unplayed } from './standing.ts';
import { type Study, study } from './study.ts';

/** A sticky comment is found, and updated, by this. */
const MARKER = '<!-- blowback: summary -->';
const MOST_VARIANTS = 8;
const MOST_WARNINGS = 4;
/** Folded away, but a comment may have no more than 64 KB. */
const MOST_FOLDED = 40;
const SQUARES = ['🟦', '🟨', '🟧', '🟥', '⬛'] as const;
const STRIP_LENGTH = 14;
/** Of one variant's configuration. */
const MOST_CHANGES = 12;

export function renderMarkdown(input: ReportInput): string {
  const facts = study(input);
  const top = headline(facts);
  const goal = facts.baseline.goals
    .map(({ text }) => `<code>${escapeHtmlInMarkdown(text)}</code>`)
    .join(', ');
  const lines = [
    MARKER,
    `### ${escapeMarkdown(top.sentence)}`,
    // A line of its own, and none above it: the summary has 30 at most.
    ...(top.backscatter === undefined ? [] : [`**⚠️ ${escapeMarkdown(top.backscatter)}**`]),
    '',
    escapeMarkdown(top.facts.join(' ')),
    '',
    `${facts.hasGoal ? `**Goal:** ${goal}` : 'The scenario declares no goal.'}${predicted(facts)}`,
    '',
    ...table(facts),
    '',
    legend(facts),
    ...compared(facts),
    ...survived(facts),
    ...folded(facts),
    '',
    ...warnings(facts),
    // All on one line.
    [senders, emitted, configurations, provenance].map((part) => part(facts)).join(''),
  ];
  return `${lines.join('\n')}\n`;
}

/** The variants alone, a line each. */
export function variantTable(input: ReportInput): string[] {
  return table(study(input));
}

function table(facts: Study): string[] {
  const cells = columns(facts);
  return [
    row(cells.map(({ title }) => title)),
    row(cells.map(({ right }) => (right ? '---:' : ':---'))),
    ...facts.standings
      .slice(0, MOST_VARIANTS)
      .map((standing) => row(cells.map(({ cell }) => escapeMarkdown(cell(standing))))),
  ];
}

/** One line for each variant: the summary has 30 at most. */
function compared(facts: Study): string[] {
  const all = findings(facts);
  if (all.length === 0) return [];
  const variants = [...new Set(all.map(({ record }) => record.variant))].slice(0, MOST_VARIANTS);
  const words = ({ record, question, figures, doubt }: Finding) =>
    `${escapeMarkdown(question)} **${record.verdict}**: ${escapeMarkdown((record.ratio === undefined ? doubt : figures) ?? '')}`;
  return [
    '',
    ...variants.map((name) => {
      const own = all.filter(({ record }) => record.variant === name).map(words);
      return `- ${escapeMarkdown(name)}: ${own.join('; ')}`;
    }),
  ];
}

/** One line for each variant. */
function survived(facts: Study): string[] {
  const { capacity } = facts.result;
  if (!capacity) return [];
  return [
    '',
    `**Survives**, in ${escapeMarkdown(unitOf(capacity))}:`,
    '',
    ...capacities(facts)
      .slice(0, MOST_VARIANTS)
      .map((one) => `- ${escapeMarkdown(one.variant)}: ${escapeMarkdown(survives(one))}`),
  ];
}

/** On the goal's line: the summary has 30 at most. */
function predicted({ prediction }: Study): string {
  if (prediction === undefined) return '';
  return ` **Prediction:** ${escapeMarkdown(predictionWords(prediction))}`;
}

interface Column {
  readonly title: string;
  readonly right: boolean;
  readonly cell: (standing: Standing) => string;
}

function columns(facts: Study): Column[] {
  const { quantile, hasGoal, standings } = facts;
  const all: (Column | false)[] = [
    { title: 'Variant', right: false, cell: (s) => s.variant.name },
    hasGoal && { title: 'Goal', right: false, cell: goalWord },
    { title: 'Delay over time', right: false, cell: (s) => strip(facts, s) },
    quantile !== undefined && {
      title: `Storm ${quantile.name}`,
      right: true,
      cell: ({ wait }) => (wait ? formatWait(wait) : ABSENT),
    },
    quantile !== undefined && {
      title: 'Against the baseline',
      right: true,
      cell: (s) => (s.isBaseline ? 'baseline' : (s.ratio?.text ?? ABSENT)),
    },
    {
      title: 'Lost',
      right: true,
      cell: ({ lost, sent, late }) =>
        lost === undefined || sent === undefined ? ABSENT : formatLoss(lost, sent, late),
    },
    standings.some(({ unsent }) => unsent > 0) && {
      title: 'Never sent',
      right: true,
      cell: ({ unsent }) => formatCount(unsent),
    },
    {
      title: 'Late',
      right: true,
      cell: ({ late }) => (late === undefined ? ABSENT : formatCount(late)),
    },
    {
      title: 'CPU',
      right: true,
      cell: ({ cpu }) => (cpu === undefined ? ABSENT : formatShare(cpu)),
    },
  ];
  return all.filter((column) => column !== false);
}

function goalWord(standing: Standing): string {
  const { goal } = standing;
  if (goal === undefined) return unplayed(standing);
  return {
    met: '✅ met',
    missed: '❌ missed',
    'no-data': '❔ no data',
    'not-judged': 'not judged',
  }[goal];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function legend({ bands }: Study): string {
  const squares = SQUARES.map((square, severity) => `${square} ${bands.names[severity]}`);
  return `Slowest delivery of real mail over calm│storm│recovery: ${squares.join(', ')}`;
}

/** One square per slot, each phase with its part of them. */
function strip(facts: Study, standing: Standing): string {
  const run = middleRun(standing, facts.quantile);
  if (run === undefined) return ABSENT;
  const total = (facts.phases.at(-1)?.to ?? 1) - (facts.phases[0]?.from ?? 0);
  return facts.phases
    .map((span) => {
      const share = Math.round(((span.to - span.from) / total) * STRIP_LENGTH);
      const found = slots(run.timeline, span, Math.max(2, share), facts.bands);
      return found
        .map(({ severity }) => (severity === undefined ? '⬜' : SQUARES[severity]))
        .join('');
    })
    .join('│');
}

/** What is beyond eight variants, on one line: Markdown's own tables need a line per row. */
function folded(facts: Study): string[] {
  const rest = facts.standings.slice(MOST_VARIANTS, MOST_VARIANTS + MOST_FOLDED);
  if (rest.length === 0) return [];
  const cells = columns(facts);
  const head = tr(
    'th',
    cells.map(({ title }) => title),
  );
  const body = rest
    .map((s) =>
      tr(
        'td',
        cells.map(({ cell }) => cell(s)),
      ),
    )
    .join('');
  const count = plural(facts.standings.length - MOST_VARIANTS, 'more variant');
  return ['', `<details><summary>${count}</summary><table>${head}${body}</table></details>`];
}

function warnings(facts: Study): string[] {
  const found = cautions(facts.result);
  const failed = checks(facts).filter((check) => !check.passed);
  const lines = [
    ...found.map(
      ({ fatal, where, text }) =>
        `- ${fatal ? '❌' : '⚠️'} ${escapeMarkdown(`${listOf(where)}: ${endSentence(text)}`)}`,
    ),
    ...failed.map(({ text }) => `- ❌ ${escapeMarkdown(text)}`),
  ];
  if (lines.length === 0) return ['No warnings; every check passed.', ''];
  const rest = lines.length - MOST_WARNINGS;
  const more = rest > 0 ? [`- and ${plural(rest, 'more warning')} in the report`] : [];
  return [...lines.slice(0, MOST_WARNINGS), ...more, ''];
}

/** Who got through; nothing where there is one kind of attacker and no genuine bounce. */
function senders(facts: Study): string {
  const groups = senderGroups(facts);
  if (groups.length < 2) return '';
  const shown = facts.standings.slice(0, MOST_VARIANTS);
  const cell = (rows: readonly SenderRow[], standing: Standing): string => {
    const through = rows.find((one) => one.standing === standing)?.through;
    return through === undefined ? ABSENT : formatShare(Number(through.toPrecision(2)));
  };
  const rows = groups.slice(0, MOST_FOLDED).map(({ name, kind, isAttack, rows }) => {
    const title = isAttack && name !== kind ? `${name} (${kind})` : name;
    return tr('td', [title, ...shown.map((standing) => cell(rows, standing))]);
  });
  const head = tr('th', ['Sender', ...shown.map((s) => s.variant.name)]);
  const summary = 'Who got through, by kind of sender';
  return `<details><summary>${summary}</summary><table>${head}${rows.join('')}</table></details>`;
}

/** What the target sent of its own accord; nothing where it sent nothing. */
function emitted(facts: Study): string {
  const rows = emissionRows(facts).slice(0, MOST_VARIANTS);
  if (rows.length === 0) return '';
  const head = tr('th', ['Variant', 'Bounces to forged senders', 'Other mail of its own', 'E.g.']);
  const body = rows.map((row) =>
    tr('td', [
      row.standing.variant.name,
      formatCount(row.backscatter),
      formatCount(row.fair + row.probes + row.others),
      exampleOf(row) ?? ABSENT,
    ]),
  );
  const summary = 'What the server sent to others';
  return `<details><summary>${summary}</summary><table>${head}${body.join('')}</table></details>`;
}

/** What differs from the baseline's effective configuration, in a line's beginning. */
function configurations({ standings, baseline }: Study): string {
  const found = standings.slice(0, MOST_VARIANTS).flatMap(({ variant }) => {
    const diff = configurationDiff(baseline.variant, variant);
    if (diff.length === 0) return [];
    const { lines, services } = differences(baseline.variant, variant);
    const shown = lines
      .slice(0, MOST_CHANGES)
      .map(({ sign, text }) => `<code>${sign} ${escapeHtmlInMarkdown(text)}</code>`);
    const rest = lines.length - shown.length;
    const more = rest > 0 ? [`and ${plural(rest, 'more line')} in the report`] : [];
    const name = `<b>${escapeHtmlInMarkdown(variant.name)}</b>: ${countWords(diff)}`;
    const folded = services ? [escapeHtmlInMarkdown(services.words)] : [];
    return [[name, ...shown, ...more, ...folded].join('<br>')];
  });
  if (found.length === 0) return '';
  const summary = 'What differs in the configuration';
  return `<details><summary>${summary}</summary>${found.join('<br>')}</details>`;
}

function tr(tag: string, texts: readonly string[]): string {
  return `<tr>${texts.map((text) => `<${tag}>${escapeHtmlInMarkdown(text)}</${tag}>`).join('')}</tr>`;
}

function provenance({ result }: Study): string {
  const { machine, target } = result;
  const facts = [
    `<code>${escapeHtmlInMarkdown(result.command)}</code>`,
    `seed ${result.seed}, plan <code>${escapeHtmlInMarkdown(result.planDigest)}</code>`,
    escapeHtmlInMarkdown(
      `blowback ${result.blowback}, ${target.version}, Node ${machine.node.replace(/^v/, '')}`,
    ),
    escapeHtmlInMarkdown(
      `${machine.os}, ${machine.cpu}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}`,
    ),
    formatTime(result.startedAt),
  ];
  return `<details><summary>How this was measured</summary>${facts.join('<br>')}</details>`;
}
