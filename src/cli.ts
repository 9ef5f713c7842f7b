#!/usr/bin/env node
// The program: argv → command → exit code. The only place that sets the exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT, UserError } from './errors.ts';
import { descriptorLimit, isLackOfDescriptors } from './world/descriptors.ts';

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** No system's usual limit is lower; 120 just sufficed. */
const LEAST_DESCRIPTORS = 256;

async function main(argv: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  requireDescriptors();
  const program = new Command('blowback')
    .description('Load-test your mail server against a backscatter storm before one finds you.')
    .version(version)
    .showHelpAfterError('(see blowback --help)')
    .exitOverride();
  const setCode = (exit: number): void => {
    code = exit;
  };
  for (const load of commandsFor(argv)) program.addCommand(await load(setCode));
  for (const command of program.commands) command.copyInheritedSettings(program);
  program.addHelpText('after', EXIT_CODES);
  await program.parseAsync(argv);
  return code;
}

type Load = (exit: (code: number) => void) => Promise<Command>;

const COMMANDS: Readonly<Record<string, Load>> = {
  run: async (exit) => (await import('./commands/run.ts')).runCommand(version, exit),
  compare: async (exit) => (await import('./commands/compare.ts')).compareCommand(version, exit),
  gate: async (exit) => (await import('./commands/gate.ts')).gateCommand(version, exit),
  capacity: async (exit) => (await import('./commands/capacity.ts')).capacityCommand(version, exit),
  validate: async () => (await import('./commands/validate.ts')).validateCommand(),
  preview: async () => (await import('./commands/preview.ts')).previewCommand(),
  scenarios: async () => (await import('./commands/scenarios.ts')).scenariosCommand(),
  schema: async () => (await import('./commands/schema.ts')).schemaCommand(),
  report: async () => (await import('./commands/report.ts')).reportCommand(),
  recipients: async (exit) => (await import('./commands/recipients.ts')).recipientsCommand(exit),
  doctor: async (exit) => (await import('./commands/doctor.ts')).doctorCommand(version, exit),
  target: async (exit) => (await import('./commands/target.ts')).targetCommand(version, exit),
};

/** The one that is asked for: a laboratory starts the program twice. All of them for help, and where none is. */
function commandsFor(argv: readonly string[]): readonly Load[] {
  const name = argv[2] ?? '';
  const asked = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return asked ? [asked] : Object.values(COMMANDS);
}

/**
 * Node opens most files of a program at once: under a very low limit it would fail with a stack before
 * any check of ours, so that this one comes before the commands are loaded.
 */
function requireDescriptors(): void {
  const limit = descriptorLimit();
  if (limit === undefined || limit >= LEAST_DESCRIPTORS) return;
  throw new UserError(
    `blowback itself needs ${LEAST_DESCRIPTORS} file descriptors; the limit is ${limit}`,
    {
      exitCode: EXIT.environment,
      hint: 'Raise it with `ulimit -n 4096`; a run then says what its scenario needs.',
    },
  );
}

const EXIT_CODES = `
Exit codes:
  0 done, every threshold holds   4 refused: an address that may not be tested
  1 a bug in blowback             5 a threshold failed
  2 wrong usage or scenario       6 inconclusive: figures not to be trusted
  3 the environment               130 interrupted`;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `blowback … | head` closes the pipe early: nobody reads on, which is nobody's fault.
  if (error.code === 'EPIPE') return;
  console.error(`blowback: cannot write to standard output: ${error.message}`);
  process.exitCode = EXIT.environment;
});

try {
  const code = await main(process.argv);
  // Unless standard output has failed meanwhile.
  process.exitCode ??= code;
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
  // Where nothing of ours stands between: a thread that starts, a program that is loaded.
  if (isLackOfDescriptors(error)) {
    console.error(`blowback: ${(error as Error).message}`);
    console.error('  Raise the limit of open files with `ulimit -n`.');
    return EXIT.environment;
  }
  console.error('blowback: a bug in blowback, please report it:');
  console.error(error);
  return EXIT.bug;
}
