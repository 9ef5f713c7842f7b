// `blowback compare`: the variants of a scenario side by side as often as it takes to be sure, or stored results.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { formatDuration, parseDuration } from '../units.ts';
import type { RunOptions } from './run/assignment.ts';
import { append, checkRunOptions, withRunOptions, withSweep } from './run/options.ts';
import { startRun } from './run/start.ts';

interface CompareOptions extends RunOptions {
  readonly repeat?: number;
  readonly budget?: number;
  readonly metric: readonly string[];
}

export function compareCommand(version: string, exit: (code: number) => void): Command {
  const command = new Command('compare')
    .description('play variants side by side until it is known which is better, or compare results')
    .argument('<scenario...>', 'a scenario, or result.json files of the same scenario')
    .option(
      '--repeat <n>',
      'exactly so many pairs (default: 5, 10 or 15, until it is decided)',
      pairs,
    )
    .option('--budget <time>', 'begin nothing that would end later, as in 10m', duration)
    .option(
      '--metric <name>',
      'compare this as well, as in "legit.latency.p50 in storm"; repeatable',
      append,
      [],
    );
  return withSweep(withRunOptions(command)).action(
    async (names: readonly string[], given: CompareOptions) => {
      const { repeat, budget, metric, ...rest } = given;
      const options = checkRunOptions(rest);
      const results = names.map(resultPath);
      if (results.every((path) => path !== undefined)) {
        const { compareStored } = await import('./compare/stored.ts');
        return exit(await compareStored(results, { ...options, metric }));
      }
      const [name = '', more] = names;
      if (more !== undefined) {
        const stranger = names.find((_, i) => results[i] === undefined);
        throw new UserError(`${stranger} is no result, and one scenario is compared at a time`, {
          exitCode: EXIT.usage,
          hint: 'Name one scenario, or result.json files (or the folders that hold them).',
        });
      }
      const { parseComparand } = await import('./run/inquiry.ts');
      const words = [
        'compare',
        ...(repeat === undefined ? [] : ['--repeat', String(repeat)]),
        ...(budget === undefined ? [] : ['--budget', formatDuration(budget * 1000)]),
        ...metric.flatMap((one) => ['--metric', one]),
      ];
      const metrics = metric.map(parseComparand);
      const inquiry = { repeat, budgetS: budget, metrics, words };
      exit(await startRun({ version, name, options, inquiry }));
    },
  );
}

/** The file itself, or the one in a folder; undefined for a scenario. */
function resultPath(name: string): string | undefined {
  if (name.endsWith('.json')) return name;
  const within = join(name, 'result.json');
  return existsSync(name) && statSync(name).isDirectory() && existsSync(within)
    ? within
    : undefined;
}

export function pairs(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 2 || number > 1000) {
    throw new InvalidArgumentError(
      'expected a whole number from 2 to 1000: one pair says nothing.',
    );
  }
  return number;
}

/** In seconds. */
export function duration(value: string): number {
  const ms = parseDuration(value);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('expected a time such as 10m.');
  return ms / 1000;
}
