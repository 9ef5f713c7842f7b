// The parts of docs/fidelity.md about the dialects themselves: how large their messages are and how they
// behave. Pure.

import type { Dialect, RetrySchedule } from '../../actors/actor.ts';
import { DIALECTS } from '../../actors/dialects/registry.ts';
import { DIALECT_NAMES } from '../../scenario/scenario.ts';
import { AIMS, MEDIANS, REASONS, SAMPLES, TOLERANCE } from './aims.ts';
import type { Sizes } from './measure.ts';
import { against, kb, percent, table } from './table.ts';

const HOUR = 3_600_000;

export function sizeTables(sizeMessages: number, sizes: Readonly<Record<string, Sizes>>): string[] {
  const mixes = Object.entries(sizes).filter(([name]) => !(name in MEDIANS));
  return [
    '## Sizes',
    '',
    `Whole messages of ${sizeMessages} sessions. The aim: p50, p90 and p99 of`,
    `${SAMPLES}, within ${percent(TOLERANCE)} %.`,
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

export function behaviour(): string[] {
  const yes = (value: boolean | undefined): string => (value ? 'yes' : '–');
  return [
    '## How they behave',
    '',
    'TLS and BDAT where the server offers them. Attempts on a temporary failure, the first included, in campaign time:',
    'within one hour / within 72 hours / until the sender gives up. All open at most 20 connections at once.',
    'Exim would try other mail 27 times; bounces it gives up after two days. Vacations, lists and challenges go out by a',
    'system of this table (see [actors.md](actors.md)) and behave as it does.',
    '',
    table(
      ['dialect', 'greets', 'pipelines', 'TLS', 'BDAT', 'QUIT', 'other addresses', 'attempts'],
      Object.values<Dialect>(DIALECTS).map(({ name, habit, retry, roams }) => [
        name,
        habit.greeting,
        yes(habit.pipelining),
        yes(habit.starttls),
        yes(habit.chunking),
        habit.quit === 'wait' ? 'waits' : 'closes',
        roams ? 'each time' : '–',
        [HOUR, 72 * HOUR, Number.POSITIVE_INFINITY].map((ms) => attempts(retry, ms)).join(' / '),
      ]),
    ),
  ];
}

function attempts(retry: RetrySchedule, withinMs: number): number {
  for (let n = 1; ; n += 1) {
    const at = retry(n);
    if (at === undefined || at > withinMs) return n;
  }
}
