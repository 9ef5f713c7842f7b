#!/usr/bin/env node
// The program: argv → command → exit code. The only place that sets the exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, UserError } from './errors.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  const [run, validate, scenarios, schema, report] = await loadCommands();
  const program = new Command('blowback')
    .description('Load-test your mail server against a backscatter storm before one finds you.')
    .version(version)
    .showHelpAfterError('(see blowback --help)')
    .exitOverride()
    .addCommand(
      run.runCommand(version, (exit) => {
        code = exit;
      }),
    )
    .addCommand(validate.validateCommand())
    .addCommand(scenarios.scenariosCommand())
    .addCommand(schema.schemaCommand())
    .addCommand(report.reportCommand());
  for (const command of program.commands) command.copyInheritedSettings(program);
  program.addHelpText('after', EXIT_CODES);
  await program.parseAsync(argv);
  return code;
}

/** Node opens all files of a program at once: under a very low limit it fails before any check of ours. */
async function loadCommands() {
  try {
    return await Promise.all([
      import('./commands/run.ts'),
      import('./commands/validate.ts'),
      import('./commands/scenarios.ts'),
      import('./commands/schema.ts'),
      import('./commands/report.ts'),
    ]);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EMFILE') throw cause;
    throw new UserError('too few file descriptors for the program itself', {
      exitCode: EXIT.environment,
      hint: 'Raise the limit with `ulimit -n 1024` or more; a scenario then says what it needs.',
      cause,
    });
  }
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
