// `blowback gate`: whether a change may go in. Baseline and candidate side by side, every threshold judged, and what CI
// systems read.
import { Command, Option } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { formatDuration } from '../units.ts';
import { duration, pairs } from './compare.ts';
import type { GateOrder, RunOptions } from './run/assignment.ts';
import { append, checkRunOptions, withRunOptions } from './run/options.ts';
import { startRun } from './run/start.ts';

interface GateOptions extends RunOptions, GateOrder {
  readonly baselineRef?: string;
  readonly candidate?: string;
  readonly threshold: readonly string[];
  readonly repeat?: number;
  readonly budget?: number;
}

export function gateCommand(version: string, exit: (code: number) => void): Command {
  const command = new Command('gate')
    .description('play a change beside what it changes, and fail when a threshold does not hold')
    .argument('<scenario>', 'a path, or the name of a built-in scenario')
    .option('--baseline-ref <ref>', 'the baseline: the configuration as this git revision has it')
    .option('--candidate <dir>', 'the candidate: a Postfix configuration (default: --config)')
    .option('--baseline <result.json>', 'a stored result: its counts and bytes must not get worse')
    .option(
      '--threshold <gate>',
      'one more threshold, as in "legit.lost == 0"; repeatable',
      append,
      [],
    )
    .option('--repeat <n>', 'exactly so many pairs (default: 5, 10 or 15, until decided)', pairs)
    .option('--budget <time>', 'begin nothing that would end later, as in 10m', duration)
    .addOption(
      new Option('--on-inconclusive <what>', 'whether what cannot be told fails the job')
        .choices(['warn', 'fail'])
        .default('warn'),
    )
    .option('--junit <file>', 'write JUnit XML')
    .option('--markdown <file>', 'write a summary for a pull request')
    .option('--gitlab <file>', 'write a GitLab code quality report')
    .option('--tap <file>', 'write the Test Anything Protocol')
    .option('--github', "print GitHub's annotations, and add to its step summary");
  return withRunOptions(command).action(async (name: string, given: GateOptions) => {
    const { repeat, budget, baselineRef, candidate, threshold, ...rest } = given;
    const { onInconclusive, baseline, junit, markdown, gitlab, tap, github, ...options } = rest;
    const gate = { onInconclusive, baseline, junit, markdown, gitlab, tap, github };
    for (const [flag, path] of Object.entries({ baseline, junit, markdown, gitlab, tap })) {
      if (path === '') {
        throw new UserError(`--${flag} names no file`, { exitCode: EXIT.usage });
      }
    }
    const sides = { baselineRef, candidate };
    const words = [
      'gate',
      ...flag('--baseline-ref', baselineRef),
      ...flag('--candidate', candidate),
      ...flag('--baseline', baseline),
      ...threshold.flatMap((one) => ['--threshold', one]),
      ...flag('--repeat', repeat),
      ...flag('--budget', budget === undefined ? undefined : formatDuration(budget * 1000)),
      ...(onInconclusive === 'fail' ? ['--on-inconclusive', 'fail'] : []),
    ];
    exit(
      await startRun({
        version,
        name,
        options: { ...checkRunOptions(options), sides, threshold },
        inquiry: { repeat, budgetS: budget, metrics: [], words, gate },
      }),
    );
  });
}

function flag(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}
