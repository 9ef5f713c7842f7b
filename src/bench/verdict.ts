// `npm run verdicts [comparisons]`: how often a comparison is wrong, and what it finds, on made-up machines.
import { writeFileSync } from 'node:fs';
import { formatShare } from '../report/format.ts';
import { campaign, type Tally, type Trial } from './verdict/campaign.ts';

const SEED = 20080325;
const SCATTERS = [0.05, 0.1, 0.2] as const;
const CALM = { drift: 0, episodes: 0 };
const NOISY = { drift: 0.3, episodes: 0.05 };
const MARGIN = 0.25;

interface Pledge {
  readonly text: string;
  readonly trials: readonly Trial[];
  readonly of: 'worse';
  readonly holds: (share: number) => boolean;
}
const of = (scatter: number, where: object, effect: number, margin = MARGIN): Trial =>
  ({ scatter, effect, margin, ...CALM, ...where }) as Trial;

const PLEDGES: readonly Pledge[] = [
  {
    text: 'nothing changed: called worse in at most 5 %',
    trials: SCATTERS.flatMap((cv) => [of(cv, CALM, 1), of(cv, NOISY, 1), of(cv, NOISY, 1, 0.1)]),
    of: 'worse',
    holds: (share) => share <= 0.05,
  },
  {
    text: 'twice as long: called worse in at least 95 %',
    trials: SCATTERS.flatMap((cv) => [of(cv, CALM, 2), of(cv, NOISY, 2)]),
    of: 'worse',
    holds: (share) => share >= 0.95,
  },
  {
    text: 'a quarter more: called worse in at least 55 %',
    trials: [...SCATTERS.map((cv) => of(cv, CALM, 1.25)), of(0.2, CALM, 1.25, 0.1)],
    of: 'worse',
    holds: (share) => share >= 0.55,
  },
  {
    text: 'a quarter more, on noisy machines (no promise)',
    trials: SCATTERS.map((cv) => of(cv, NOISY, 1.25)),
    of: 'worse',
    holds: () => true,
  },
];

const comparisons = Number(process.argv[2] ?? 4000);
if (!Number.isInteger(comparisons) || comparisons < 100) {
  console.error('usage: npm run verdicts [comparisons, at least 100]');
  process.exit(2);
}
const lines = [
  '# How sure a verdict is',
  '',
  `${comparisons} comparisons of two variants in each row, on made-up machines; made by \`npm run verdicts\`.`,
  'Scatter: of one run of a setting against the next. Noisy: 30 % of drift over 32 runs, and episodes',
  'that begin at every twentieth run, last for three and make them 1.2 to 2 times as long.',
  '',
  '| machine | really | matters from | worse | better | equivalent | inconclusive | pairs | |',
  '|---|---:|---:|---:|---:|---:|---:|---:|---|',
];
let broken = 0;
for (const { text, trials, of: verdict, holds } of PLEDGES) {
  lines.push(`| **${text}** | | | | | | | | |`);
  for (const trial of trials) {
    const tally = campaign(trial, comparisons, SEED);
    const isKept = holds(tally.verdicts[verdict] / comparisons);
    if (!isKept) broken += 1;
    lines.push(row(trial, tally, isKept));
    console.log(lines.at(-1));
  }
}
writeFileSync(new URL('../../test/bench/verdicts.md', import.meta.url), `${lines.join('\n')}\n`);
console.log(
  `${broken === 0 ? 'every promise holds' : `${broken} rows break their promise`}: test/bench/verdicts.md`,
);
process.exitCode = broken === 0 ? 0 : 1;

function row(trial: Trial, { verdicts, pairs }: Tally, isKept: boolean): string {
  const share = (count: number) => formatShare(count / comparisons);
  const cells = [
    `${formatShare(trial.scatter)}${trial.drift > 0 ? ', noisy' : ''}`,
    `${trial.effect}×`,
    formatShare(trial.margin),
    share(verdicts.worse),
    share(verdicts.better),
    share(verdicts.equivalent),
    share(verdicts.inconclusive),
    pairs.toFixed(1),
    isKept ? '✔' : '✘',
  ];
  return `| ${cells.join(' | ')} |`;
}
