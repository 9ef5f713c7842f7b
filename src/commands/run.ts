// `blowback run <scenario>`: plays every variant once or more, shows it, writes result and report.
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { admitTarget } from '../guard/guard.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Variant } from '../scenario/scenario.ts';
import { parseAddress } from '../scenario/schema.ts';
import { postfixPrograms } from '../target/postfix/needs.ts';
import { targetFor } from '../target/registry.ts';
import type { Target } from '../target/target.ts';
import { enterLaboratory, insideLaboratory } from '../world/laboratory.ts';
import type { RunOptions } from './run/assignment.ts';
import { chooseCrew } from './run/workers.ts';

export function runCommand(version: string, exit: (code: number) => void): Command {
  return new Command('run')
    .description('play a scenario and report which of its variants keeps real mail flowing')
    .argument('<scenario>', 'a path, or the name of a built-in scenario')
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
    )
    .action(async (name: string, options: RunOptions) => {
      const { set, target: kind, config, variant: variants } = options;
      if (options.out === '') {
        throw new UserError('--out names no folder', { exitCode: EXIT.usage });
      }
      // The guard's answer comes first: an address that may not be tested is not worth other advice.
      const address = kind === undefined ? undefined : parseAddress(kind);
      if (address) await admitTarget(address.host);
      const scenario = loadScenario(name, { set, target: kind, config, variants });
      const target = targetFor(scenario.target);
      requireSupport(target, scenario.variants);
      if (target.kind === 'postfix' && !insideLaboratory()) {
        for (const { tuning } of scenario.variants) target.examine?.(tuning);
        const programs = postfixPrograms(scenario.variants.map(({ tuning }) => tuning));
        exit(await enterLaboratory(process.argv.slice(1), programs));
        return;
      }
      // Not before: the program outside a laboratory never needs it, and it takes a fifth of a second.
      const { conduct } = await import('./run/conduct.ts');
      const crew = chooseCrew(target.kind, options.workers);
      exit(await conduct({ version, scenario, target, options, name, crew }));
    });
}

/** All refusals of all variants at once, before anything starts. */
function requireSupport(target: Target, variants: readonly Variant[]): void {
  const lines = new Set(
    variants.flatMap((variant) =>
      target
        .refusals(variant.tuning)
        .map(({ setting, reason }) => `variant ${variant.name}: ${setting}: ${reason}`),
    ),
  );
  if (lines.size === 0) return;
  throw new UserError([...lines].join('\nblowback: '), {
    exitCode: EXIT.usage,
    hint: `Leave the setting out for the ${target.kind} target, or choose other variants with --variant.`,
  });
}

function append(value: string, before: readonly string[]): readonly string[] {
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
