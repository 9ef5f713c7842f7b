// `blowback recipients build`: a table of valid recipients from a directory, an SQL query's CSV or a list.
import { Command, Option } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { FORMATS } from '../recipients/formats.ts';
import { type Options, planOf } from './recipients/options.ts';
import { Teller } from './recipients/tell.ts';

type Exit = (code: number) => void;

export function recipientsCommand(exit: Exit): Command {
  const build = new Command('build')
    .description('build a table of valid recipients: validated, each once, replaced as a whole')
    .requiredOption(
      '--from <source>',
      'ldap URL, file.csv, file.tsv, a text list, or - ; repeatable',
      append,
      [],
    )
    .requiredOption('--to <file>', 'the table: .cdb, .txt, any other name is a Postfix hash source')
    .addOption(new Option('--format <format>', 'of the table, whatever its name').choices(FORMATS))
    .addOption(
      new Option('--input <kind>', 'of the sources, by their names').choices(['text', 'csv']),
    )
    .option('--column <name>', 'of a CSV file: its name, or its number from 1')
    .option('--separator <text>', 'of a CSV file: a character, or `tab`')
    .option(
      '--domain <domain>',
      'keep only this one, give it to bare names; repeatable',
      append,
      [],
    )
    .option('--smtputf8', 'take characters beyond ASCII (RFC 6531)')
    .option('--bind-dn <dn>', 'sign in to the directory as this entry')
    .option('--password-file <file>', 'its password; else the variable BLOWBACK_LDAP_PASSWORD')
    .option('--starttls', 'encrypt an ldap:// connection')
    .option('--ca-file <file>', "certificates' authorities of the directory, PEM")
    .option('--cleartext', 'the password may cross the network in clear')
    .option('--timeout <duration>', 'of the connection, and of each page of 500 entries', '30s')
    .option('--strict', 'write nothing when anything is invalid or there twice (exit 2)')
    .option('--allow-shrink [share]', 'how much of the old table may go, as in 50% (default: 20%)')
    .option('--allow-empty', 'write a table without any address')
    .option(
      '--watch [interval]',
      'stay, and do it again when a file changes (5s), or every 5m for LDAP',
    )
    .option('--dry-run', 'say what would change, and write nothing')
    .option('--json', 'one line of JSON on standard output')
    .option('--show <number>', 'how many problems to name, or `all`', '10')
    .option('--quiet', 'say nothing of problems that do not keep the table from being written')
    .addHelpText('after', NOTES)
    .action((options: Options) => run(options, exit));
  return new Command('recipients')
    .description('tables of valid recipients for your mail server')
    .addCommand(build);
}

const NOTES = `
Exit codes:
  0 written, or nothing had changed (--watch: ended by a signal)
  2 wrong usage; with --strict, invalid addresses or duplicates
  3 a source cannot be reached or read to its end, or the table cannot be written
  5 refused: more of the old table would go than --allow-shrink says, or nothing would be left
  130 interrupted
But for 0, the table is as it was. Nothing is printed when all is well, unless on a terminal.`;

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function run(options: Options, exit: Exit): Promise<void> {
  const { plan, intervalMs } = await planOf(options);
  const teller = new Teller(plan, options);
  const ending = new AbortController();
  const end = () => ending.abort(interrupted());
  process.on('SIGINT', end).on('SIGTERM', end);
  try {
    if (intervalMs === undefined) return await once(plan, teller, ending.signal);
    const { watch } = await import('../recipients/watch.ts');
    const onRound = teller.onRound.bind(teller);
    await watch(plan, { intervalMs, onRound }, ending.signal);
    exit(EXIT.ok);
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

/** @throws UserError that ends the program, when it has been told to the machine as well. */
async function once(
  plan: Awaited<ReturnType<typeof planOf>>['plan'],
  teller: Teller,
  signal: AbortSignal,
): Promise<void> {
  const { build } = await import('../recipients/build.ts');
  try {
    const outcome = await build(plan, signal);
    teller.tell(outcome);
    if (outcome.refusal) throw outcome.refusal;
  } catch (error) {
    if (error instanceof UserError) teller.fail(error);
    throw error;
  }
}

function interrupted(): UserError {
  return new UserError('interrupted; the table is as it was', { exitCode: EXIT.interrupted });
}
