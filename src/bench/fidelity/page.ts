// docs/fidelity.md from what was measured. Pure.

import { behaviour, sizeTables } from './dialect-tables.ts';
import type { Column, Rate, Sizes } from './measure.ts';
import type { NamedSender } from './senders.ts';
import { percent, table } from './table.ts';

interface JudgeStatus {
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
    'The messages are forged, in the manner of the systems that would send them. This page shows whether programs that',
    'others wrote take them for what they imitate, how large they are, and how their senders behave.',
    '',
    'Written by `npm run fidelity`; do not edit by hand.',
    '',
    ...recognition(found),
    '',
    ...sizeTables(found.sizeMessages, found.sizes),
    '',
    ...behaviour(),
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
    'for a bounce / the share for which it names the right failed recipient and no other. VBounce names nobody, and in',
    'what is no bounce there is nobody to name: one share.',
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
    ...unrecognised(),
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

function unrecognised(): string[] {
  return [
    'What is not recognised, and would not be if it were real:',
    '',
    '- A virus notice accuses a sender and speaks of no delivery; BounceParser goes by the address in its text. About',
    '  half of these systems do not use the null sender, and VBounce knows the subjects of some scanners only.',
    '- A delay warning is no failure: Mailman and BounceParser wait for the bounce that may follow. By its content',
    '  VBounce knows the half that are reports, which is Sendmail’s form.',
    '- Absences: Mailman and BounceParser look for failures. VBounce goes by Exchange’s subjects, and otherwise by',
    '  the words “I am currently out of the office” in a message marked as automatic. What people write is theirs; here',
    '  three in four use these words, but for one in five of Sieve’s that is in German or Spanish (assumptions). The rest',
    '  of Sieve’s it knows by the null sender, which 85 % of its sites use. Sisimai knows absences for what they are, but for Exchange 2003’s, which have no mark: in most of these',
    '  it takes an address from the text, such as the deputy’s, for one that failed.',
    '- Mailman’s notice has a sender and says nothing that a rule goes by: no parser knows it. Majordomo is known by its',
    '  name in the From line; BounceParser takes its question, half of its mail, for a failure.',
    '- A challenge of TMDA has a null sender, and VBounce goes by that: the Message-ID that it knows as TMDA’s is not the',
    '  one that TMDA writes. Sisimai takes the message returned in it for that of a bounce. HTML challenges VBounce',
    '  knows by their subjects, the others not at all.',
  ];
}

function rateText({ recognised, rightRecipient }: Rate): string {
  const right = rightRecipient === undefined ? '' : ` / ${percent(rightRecipient)}`;
  return `${percent(recognised)}${right} %`;
}

function limits(): string[] {
  return [
    '## What is simplified',
    '',
    '- A run shares fifty messages of each dialect, and one for each person or list that answers (256 or 16 at a host);',
    '  every session sends one of them with its own host’s name in it. Forged originals repeat, in other words; hosts',
    '  do not.',
    '- All messages of a run are dated alike, so that the same seed gives the same bytes on any day.',
    '- Empty messages (`emptyData`) are an assumption, and off by default.',
    '- A delay warning behaves as Sendmail does, though half of them have Exim’s form.',
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
