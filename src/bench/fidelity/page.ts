// docs/fidelity.md from what was measured. Pure.

import { DIALECT_NAMES } from '../../scenario/scenario.ts';
import { AIMS, MEDIANS, REASONS, SAMPLES, TOLERANCE } from './aims.ts';
import type { Column, Rate, Sizes } from './measure.ts';
import type { NamedSender } from './senders.ts';

export interface JudgeStatus {
  readonly name: string;
  readonly debianPackage: string;
  readonly installed: boolean;
  readonly version: string | undefined;
}

export interface Fidelity {
  readonly messages: number;
  readonly sizeMessages: number;
  readonly judges: readonly JudgeStatus[];
  readonly columns: readonly Column[];
  readonly rates: readonly { readonly sender: NamedSender; readonly rates: readonly Rate[] }[];
  readonly sizes: Readonly<Record<string, Sizes>>;
}

export function renderPage(found: Fidelity): string {
  return `${[
    '# How faithful the messages are',
    '',
    'Written by `npm run fidelity`; do not edit by hand.',
    '',
    ...recognition(found),
    '',
    ...sizeTables(found),
    '',
    ...limits(),
    '',
    ...repeating(found),
  ].join('\n')}\n`;
}

function recognition({ messages, judges, columns, rates }: Fidelity): string[] {
  const groups = [...new Set(rates.map(({ sender }) => sender.group))];
  return [
    '## Are they taken for bounces?',
    '',
    `Of ${messages} messages of every sender, as the engine sends them: the share that an independent parser takes`,
    'for a bounce / the share for which it names the right failed recipient and no other.',
    '',
    ...groups.flatMap((group) => [
      table(
        [group, ...columns.map(({ title }) => title)],
        rates
          .filter(({ sender }) => sender.group === group)
          .map(({ sender, rates: own }) => [sender.name, ...own.map(rateText)]),
      ),
      '',
    ]),
    'All parsers read a message as a mailbox holds it, with the Return-Path and Received lines of the server that',
    'took it. VBounce goes by a null Return-Path alone, so it also judges without that line (“by content”).',
    '',
    'What is not recognised, and rightly:',
    '',
    '- A virus notice accuses a sender and speaks of no delivery; BounceParser goes by the address in its text. About',
    '  half of these systems do not use the null sender, and VBounce knows the subjects of some scanners only.',
    '- A delay warning is no failure: Mailman and BounceParser wait for the bounce that may follow.',
    '',
    table(
      ['parser', 'Debian package', 'version'],
      judges.map(({ name, debianPackage, installed, version }) => [
        name,
        debianPackage,
        installed ? (version ?? 'not from Debian') : '**not installed: not asked**',
      ]),
    ),
  ];
}

function rateText({ recognised, rightRecipient }: Rate): string {
  const right = rightRecipient === undefined ? '' : ` / ${percent(rightRecipient)}`;
  return `${percent(recognised)}${right} %`;
}

function sizeTables({ sizeMessages, sizes }: Fidelity): string[] {
  const mixes = Object.entries(sizes).filter(([name]) => !(name in MEDIANS));
  return [
    '## Sizes',
    '',
    `Whole messages of ${sizeMessages} sessions. The aim: p50, p90 and p99 of ${SAMPLES},`,
    `within ${percent(TOLERANCE)} %.`,
    '',
    table(
      ['mix', 'p50', 'p90', 'p99', 'mean'],
      [
        ['aim', kb(AIMS.p50), kb(AIMS.p90), kb(AIMS.p99), kb(AIMS.mean)],
        ...mixes.map(([name, { p50, p90, p99, mean }]) => [
          name,
          against(p50, AIMS.p50),
          against(p90, AIMS.p90),
          against(p99, AIMS.p99),
          against(mean, AIMS.mean),
        ]),
      ],
    ),
    '',
    'A log-normal through the median and p99 alone would have its p90 at 12.9 KB and its mean at 5.7 KB. What was',
    'collected is narrower with a heavier tail, and so are these: within a system most bounces are alike (standard',
    'deviation of ln(size) 0.17), and 3 % return a large original. Per dialect, with the median of its samples:',
    '',
    table(
      ['dialect', 'samples', 'p50', 'p90', 'p99', ''],
      DIALECT_NAMES.map((name) => {
        const own = sizes[name];
        const aim = MEDIANS[name];
        const found = own ? [own.p50, own.p90, own.p99].map(kb) : ['–', '–', '–'];
        const samples = typeof aim === 'number' ? kb(aim) : `${aim.map(kb).join(' – ')}`;
        return [name, samples, ...found, REASONS[name] ?? ''];
      }),
    ),
  ];
}

function limits(): string[] {
  return [
    '## What is simplified',
    '',
    '- A run shares fifty messages of each dialect; every session sends one of them with its own host’s name in it.',
    '  Forged originals repeat, in other words; hosts do not.',
    '- All messages of a run are dated alike, so that the same seed gives the same bytes on any day.',
    '- Session habits that no source tells are marked as assumptions beside the dialect’s `habit`.',
    '- Gmail and Yahoo bounces come from .example domains, as all forged names do: a parser that knows these systems',
    '  by their domain reads them by their form alone.',
  ];
}

function repeating({ judges }: Fidelity): string[] {
  return [
    '## To repeat it',
    '',
    '```',
    `apt-get install --no-install-recommends ${judges.map((judge) => judge.debianPackage).join(' ')}`,
    'npm run fidelity                    # writes docs/fidelity.md',
    'npm run fidelity -- 100 -           # 100 messages of each, to standard output',
    '```',
    '',
    'The same seed gives the same messages, and the same parsers the same table. Nothing uses the network.',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Rounded down but for a whole one: nothing short of all is 100. */
function percent(share: number): string {
  return String(Math.floor(share * 1000 + 1e-9) / 10);
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

function against(bytes: number, aim: number): string {
  const off = Math.round((bytes / aim - 1) * 100);
  return `${kb(bytes)} (${off < 0 ? '−' : '+'}${Math.abs(off)} %)`;
}
