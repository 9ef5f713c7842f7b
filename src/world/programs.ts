// Finds the programs of other packages that the laboratory and its mail servers need, and names the
// Debian package of each one that is missing.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EXIT, UserError } from '../errors.ts';

export interface Program {
  readonly name: string;
  /** The Debian package that has it. */
  readonly debianPackage: string;
  /** Where it is no program to be found in the path. */
  readonly isThere?: () => boolean;
}

/** `su` without a login leaves the administrator's directories out of the path. */
const ADMINISTRATOR = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The absolute path of a program, or undefined. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const directories = [...path.split(delimiter).filter((entry) => entry !== ''), ...ADMINISTRATOR];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The absolute path of a program. @throws UserError (3) naming the package to install. */
export function programPath(program: Program): string {
  const path = findProgram(program.name);
  if (path === undefined) throw missing([program]);
  return path;
}

/** @throws UserError (3) that names all missing programs and the packages to install. */
export function requirePrograms(programs: readonly Program[], path?: string): void {
  const absent = programs.filter(
    ({ name, isThere = () => findProgram(name, path) !== undefined }) => !isThere(),
  );
  if (absent.length > 0) throw missing(absent);
}

function missing(programs: readonly Program[]): UserError {
  const names = programs.map(({ name }) => name).join(', ');
  const packages = [...new Set(programs.map(({ debianPackage }) => debianPackage))].join(' ');
  return new UserError(
    `${programs.length > 1 ? 'these programs are' : 'this program is'} missing: ${names}`,
    {
      exitCode: EXIT.environment,
      hint: `Install ${packages}; on Debian or Ubuntu: sudo apt-get install ${packages}`,
    },
  );
}
