// What a test needs of its machine: without it the test is skipped with a line that says so, unless
// BLOWBACK_REQUIRE (a comma-separated list of words) demands it.
import { spawnSync } from 'node:child_process';

/** True when the tests must be skipped: `trial` failed, and nobody demands `word`. */
export function lacks(word: string, what: string, trial: readonly string[]): boolean {
  if ((process.env['BLOWBACK_REQUIRE'] ?? '').split(',').includes(word)) return false;
  const [command = '', ...args] = trial;
  if (spawnSync(command, args).status === 0) return false;
  console.log(`skipped: ${what} (\`${trial.join(' ')}\` does not work here)`);
  return true;
}
