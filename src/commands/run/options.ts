// What every command that plays a scenario takes.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, UserError } from '../../errors.ts';
import type { RunOptions } from './assignment.ts';

export function withRunOptions(command: Command): Command {
  return command
    .option(
      '--target <target>',
      'embedded, postfix (in a laboratory), or host:port on this machine',
    )
    .option(
      '--config <dir>',
      "a Postfix configuration, run as it is beneath all variants' tunings (--target postfix)",
    )
    .option(
      '--variant <names>',
      "only these variants, comma-separated; the scenario's first of them is the baseline",
      list,
    )
    .addOption(new Option('--variants <names>').argParser(list).hideHelp())
    .option(
      '--set <path=value>',
      'override a value, as in world.sources=100; repeatable',
      append,
      [],
    )
    .option(
      '--out <dir>',
      'where results go, over what is there (default: reports/<scenario>/<UTC time>)',
    )
    .option(
      '--workers <n>',
      'generator threads (default: one per core, less what the target needs)',
      count,
    )
    .option(
      '--json',
      "print the result as JSON on standard output, people's words on standard error",
    );
}

/** @throws UserError (2) for what no option may be. */
export function checkRunOptions(
  options: RunOptions & { readonly variants?: readonly string[] },
): RunOptions {
  if (options.out === '') throw new UserError('--out names no folder', { exitCode: EXIT.usage });
  const { variants, ...rest } = options;
  return variants === undefined ? rest : { ...rest, variant: variants };
}

/** For commands that may try one value over a list. */
export function withSweep(command: Command): Command {
  return command.option(
    '--sweep <path=values>',
    'try one value over a list as variants, as in target.tuning.workers=2,20,100',
  );
}

export function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
function list(value: string): readonly string[] {
  return value.split(',').map((name) => name.trim());
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 64) {
    throw new InvalidArgumentError('expected a whole number from 1 to 64.');
  }
  return number;
}
