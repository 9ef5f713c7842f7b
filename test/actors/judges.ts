// Which bounce parsers the tests can ask. Where one is missing its tests are skipped with the Debian
// package's name, or fail when BLOWBACK_REQUIRE names it.

import { isInstalled, type Judge, SPAMASSASSIN } from '../../src/bench/fidelity/judges.ts';

/** False: skip. Missing but required by the environment counts as there, so that its tests fail. */
export function canAsk(judge: Judge): boolean {
  if (isInstalled(judge)) return true;
  const need = judge === SPAMASSASSIN ? 'spamassassin' : 'bounceparser';
  if ((process.env['BLOWBACK_REQUIRE'] ?? '').split(',').includes(need)) return true;
  console.log(`skipped: ${judge.name} is missing; apt-get install ${judge.debianPackage}`);
  return false;
}
