// `blowback capacity`: how big a storm each variant survives.
import { Command } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { formatDuration } from '../units.ts';
import { duration } from './compare.ts';
import type { RunOptions } from './run/assignment.ts';
import { checkRunOptions, withRunOptions } from './run/options.ts';
import { startRun } from './run/start.ts';

interface CapacityOptions extends RunOptions {
  readonly of?: string;
  readonly budget?: number;
}

export function capacityCommand(version: string, exit: (code: number) => void): Command {
  const command = new Command('capacity')
    .description('find the biggest storm in which each variant still meets the goal')
    .argument('<scenario>', 'a path, or the name of a built-in scenario')
    .option(
      '--of <rate>',
      'the rate that is raised, as in actors.bouncers.rate (default: those of all attackers)',
    )
    .option('--budget <time>', 'begin no storm that would end later, as in 10m', duration);
  return withRunOptions(command).action(async (name: string, given: CapacityOptions) => {
    const { of, budget, ...options } = given;
    const words = [
      'capacity',
      ...(of === undefined ? [] : ['--of', of]),
      ...(budget === undefined ? [] : ['--budget', formatDuration(budget * 1000)]),
    ];
    const capacity = { actor: actorOf(of), budgetS: budget };
    const inquiry = { metrics: [], words, capacity };
    exit(await startRun({ version, name, options: checkRunOptions(options), inquiry }));
  });
}

function actorOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const name = /^actors\.([^.]+)\.rate$/.exec(path)?.[1];
  if (name !== undefined) return name;
  throw new UserError(`--of ${path}: only a rate can be raised`, {
    exitCode: EXIT.usage,
    hint: 'Expected an actor’s, as in actors.bouncers.rate.',
  });
}
