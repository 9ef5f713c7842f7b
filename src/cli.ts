#!/usr/bin/env node
// The program: argv → command → exit code. The only place that sets the exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { scenariosCommand } from './commands/scenarios.ts';
import { schemaCommand } from './commands/schema.ts';
import { validateCommand } from './commands/validate.ts';
import { EXIT, UserError } from './errors.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('blowback')
    .description('Load-test your mail server against a backscatter storm before one finds you.')
    .version(version)
    .showHelpAfterError('(see blowback --help)')
    .exitOverride()
    .addCommand(
      runCommand(version, (exit) => {
        code = exit;
      }),
    )
    .addCommand(validateCommand())
    .addCommand(scenariosCommand())
    .addCommand(schemaCommand())
    .addCommand(reportCommand());
  for (const command of program.commands) command.copyInheritedSettings(program);
  program.addHelpText('after', EXIT_CODES);
  await program.parseAsync(argv);
  return code;
}

const EXIT_CODES = `
Exit codes:
  0 done, every threshold holds     4 refused: an address that may not be tested
  1 a bug in blowback               5 a threshold failed
  2 wrong usage or scenario         6 inconclusive: the measurement cannot be trusted
  3 the environment                 130 interrupted`;

try {
  process.exitCode = await main(process.argv);
} catch (error) {
  process.exitCode = showError(error);
}

function showError(error: unknown): number {
  // commander has printed its own message; --help and --version end here, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UserError) {
    console.error(`blowback: ${error.message}`);
    if (error.hint) console.error(`  ${error.hint}`);
    return error.exitCode;
  }
  console.error('blowback: a bug in blowback, please report it:');
  console.error(error);
  return EXIT.bug;
}
