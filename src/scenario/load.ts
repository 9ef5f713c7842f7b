// A built-in's name or a path → Scenario: finds and reads the files, parse.ts does the rest.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { EXIT, UserError } from '../errors.ts';
import type { Source } from './inherit.ts';
import { builtInNames, builtInPath } from './library.ts';
import { quote } from './mistake.ts';
import { type ParseOptions, parseScenario } from './parse.ts';
import type { Scenario } from './scenario.ts';
import { suggest } from './suggest.ts';

export type LoadOptions = Omit<ParseOptions, 'findBase'>;

/** @throws UserError with exit code 2; a ScenarioError when the file itself is wrong. */
export function loadScenario(nameOrPath: string, options: LoadOptions = {}): Scenario {
  const source = find(nameOrPath, process.cwd());
  if (typeof source === 'string') {
    const hint = 'blowback scenarios lists the built-in ones; anything else is a path to a file.';
    throw new UserError(source, { exitCode: EXIT.usage, hint });
  }
  const findBase = (name: string, extending: string) => find(name, dirname(resolve(extending)));
  return parseScenario(source.text, source.file, { ...options, findBase });
}

/** A name without a slash or an ending is a built-in's first, then a file's. */
function find(nameOrPath: string, folder: string): Source | string {
  const builtIn = builtInPath(nameOrPath);
  const path = builtIn ?? resolve(folder, nameOrPath);
  if (!existsSync(path)) return wordMissing(nameOrPath);
  try {
    return { text: readFileSync(path, 'utf8'), file: shown(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `cannot read ${shown(path)}: ${reason}`;
  }
}

function wordMissing(nameOrPath: string): string {
  if (/[/\\]|\.ya?ml$/.test(nameOrPath)) return `there is no file ${quote(nameOrPath)}`;
  const guess = suggest(nameOrPath, builtInNames());
  const ending = guess === undefined ? '' : `; did you mean ${quote(guess)}?`;
  return `no scenario and no file is named ${quote(nameOrPath)}${ending}`;
}

/** As the user would type it. */
function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}
