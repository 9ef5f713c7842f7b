// The command line of the bench. Pure.
import { EXIT, UserError } from '../../errors.ts';

export interface Options {
  readonly quick: boolean;
  /** Names of experiments, in the order of the bench. */
  readonly only: readonly string[];
}

/** @throws UserError (2) for what is not understood. */
export function parseOptions(args: readonly string[], names: readonly string[]): Options {
  let quick = false;
  let only = names;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--quick') quick = true;
    else if (word === '--only') only = chosen(rest.shift() ?? '', names);
    else throw wrong(`${word} is no option of the bench`, names);
  }
  return { quick, only };
}

function chosen(list: string, names: readonly string[]): string[] {
  const wanted = list.split(',').filter((name) => name !== '');
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(`there is no experiment ${unknown}`, names);
  if (wanted.length === 0) throw wrong('--only names no experiment', names);
  return names.filter((name) => wanted.includes(name));
}

function wrong(message: string, names: readonly string[]): UserError {
  return new UserError(message, {
    exitCode: EXIT.usage,
    hint: `npm run bench -- [--quick] [--only ${names.join(',')}]`,
  });
}
