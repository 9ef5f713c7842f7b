// What the page of the library says of one scenario on one target: its outcome and the variants' table,
// between two comments by which the next run finds it.
import { escapeMarkdown } from '../../report/escape.ts';
import { formatTime } from '../../report/format.ts';
import type { GoalState, ReportInput } from '../../report/input.ts';
import { variantTable } from '../../report/markdown.ts';

/** Places of the page, in their order: `deluge-2008 embedded`. */
export type Passages = ReadonlyMap<string, string>;

const OPEN = /^<!-- came out: (\S+ \S+) -->$/;
const CLOSE = '<!-- end -->';

export function passageKey(scenario: string, target: string): string {
  return `${scenario} ${target}`;
}

export function passageOf(input: ReportInput): string {
  const { result, prediction } = input;
  const doubtful = result.runs.filter((run) => !run.valid).map(({ variant }) => variant);
  const lines = [
    `**On ${target(result.target)}**: ${prediction?.outcome ?? 'not judged'}.${doubt(doubtful)}`,
    '',
    ...variantTable(input),
    '',
    ...(prediction?.expectations ?? []).map(expectationLine),
    '',
    `<sub>${escapeMarkdown(provenance(input))}</sub>`,
  ];
  return lines.join('\n');
}

/** From a page as it was written before. */
export function passagesIn(page: string): Passages {
  const found = new Map<string, string>();
  let key: string | undefined;
  let lines: string[] = [];
  for (const line of page.split('\n')) {
    const opened = OPEN.exec(line)?.[1];
    if (opened !== undefined) [key, lines] = [opened, []];
    else if (line === CLOSE && key !== undefined) {
      found.set(key, lines.join('\n'));
      key = undefined;
    } else lines.push(line);
  }
  return found;
}

export function framed(key: string, passage: string): string {
  return `<!-- came out: ${key} -->\n${passage}\n${CLOSE}`;
}

function target({ kind, version }: ReportInput['result']['target']): string {
  return kind === 'embedded' ? 'the embedded server' : version;
}

function doubt(variants: readonly string[]): string {
  if (variants.length === 0) return '';
  return ` The generator could not keep its time: ${variants.join(', ')} cannot be trusted.`;
}

const MARKS = { met: '✔', missed: '✘', 'no-data': '?' } as const;

function expectationLine({ text, state, shown }: GoalState): string {
  return `- ${MARKS[state]} \`${text}\`: ${escapeMarkdown(shown)}`;
}

function provenance({ result }: ReportInput): string {
  const { machine, target } = result;
  return [
    formatTime(result.startedAt),
    `blowback ${result.blowback}`,
    target.version,
    `${machine.cores} cores, ${machine.cpu}`,
    `Node ${machine.node}`,
  ].join(' · ');
}
