// Where the calibrations of this machine lie.
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Relative values of XDG_CACHE_HOME are to be ignored (XDG Base Directory Specification). */
export function calibrationPath(environment: Environment = process.env): string {
  const cache = environment['XDG_CACHE_HOME'] ?? '';
  const home = environment['HOME'] || homedir();
  return join(isAbsolute(cache) ? cache : join(home, '.cache'), 'blowback', 'calibration.json');
}
