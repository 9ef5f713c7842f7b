// `blowback validate <scenario…>`: checks scenarios without any traffic, all of them, all mistakes.
import { Command } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { loadScenario } from '../scenario/load.ts';
import { ScenarioError } from '../scenario/mistake.ts';

interface Options {
  readonly set: readonly string[];
  readonly target?: string;
  readonly json?: true;
}

interface Finding {
  readonly scenario: string;
  readonly ok: boolean;
  /** For people: the lines of the error, or what was read. */
  readonly text: string;
  readonly mistakes: readonly object[];
}

export function validateCommand(): Command {
  return new Command('validate')
    .description('check scenarios without running them; shows every mistake')
    .argument('<scenario...>', 'paths, or names of built-in scenarios')
    .option(
      '--set <path=value>',
      'override a value, as in world.sources=100; repeatable',
      append,
      [],
    )
    .option('--target <target>', 'check for this target: embedded, postfix or host:port')
    .option('--json', 'print the findings as JSON')
    .action(validate);
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** @throws UserError with exit code 2 when any scenario is wrong. */
function validate(names: readonly string[], options: Options): void {
  const findings = names.map((name) => check(name, options));
  const right = findings.filter(({ ok }) => ok);
  const wrong = findings.filter(({ ok }) => !ok);
  if (options.json) {
    const scenarios = findings.map(({ scenario, ok, mistakes }) => ({ scenario, ok, mistakes }));
    console.log(JSON.stringify({ scenarios }, null, 2));
  } else for (const { text } of right) console.log(text);
  if (wrong.length === 0) return;
  throw new UserError(wrong.map(({ text }) => text).join('\n'), { exitCode: EXIT.usage });
}

function check(scenario: string, { set, target }: Options): Finding {
  try {
    const { actors, variants } = loadScenario(scenario, { set, target });
    const size = `${count(actors.length, 'actor')}, ${count(variants.length, 'variant')}`;
    return { scenario, ok: true, text: `ok ${scenario}: ${size}`, mistakes: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const mistakes =
      error instanceof ScenarioError
        ? error.mistakes.map(({ at, message }) => ({ ...at, message }))
        : [{ message: error.message }];
    return { scenario, ok: false, text: error.message, mistakes };
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
