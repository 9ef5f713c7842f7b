// A laboratory without root: a user namespace in which this user is root, with a range of user ids
// besides, since a mail server gives its rights up to users of its own. The ids come from /etc/subuid
// and /etc/subgid by way of newuidmap and newgidmap.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { EXIT, UserError } from '../errors.ts';
import { type Program, requirePrograms } from './programs.ts';

/** The ids of a Debian system's own users lie below; a single id more would not do for Postfix. */
const LEAST_IDS = 65_535;

const PROGRAMS: readonly Program[] = [
  { name: 'newuidmap', debianPackage: 'uidmap' },
  { name: 'newgidmap', debianPackage: 'uidmap' },
];

/** Arguments of `unshare` for it. */
export const AS_ROOT_OF_ITS_OWN = ['--user', '--map-root-user', '--map-auto'] as const;

/** @throws UserError (3) with the mend, where this user cannot have one. */
export function requireUserNamespace(
  read: (file: string) => string = readIfThere,
  programs: () => void = () => requirePrograms(PROGRAMS),
): void {
  if (read('/proc/sys/user/max_user_namespaces').trim() === '0') {
    throw refusal('this kernel allows no user namespaces (user.max_user_namespaces is 0)');
  }
  if (read('/proc/sys/kernel/unprivileged_userns_clone').trim() === '0') {
    throw refusal('this kernel allows user namespaces to root only', [
      'sudo sysctl kernel.unprivileged_userns_clone=1',
    ]);
  }
  programs();
  const { username, uid } = userInfo();
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    if (idsOf(read(file), [username, String(uid)]) >= LEAST_IDS) continue;
    throw refusal(`${file} grants ${username} no range of ${LEAST_IDS + 1} ids`, [
      `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}`,
    ]);
  }
}

/** The largest range of one of these names; subuid(5): `name:first:count`. */
function idsOf(text: string, names: readonly string[]): number {
  const counts = text
    .split('\n')
    .map((line) => line.trim().split(':'))
    .filter(([name]) => name !== undefined && names.includes(name))
    .map(([, , count]) => Number(count));
  return Math.max(0, ...counts.filter(Number.isFinite));
}

export function refusal(why: string, mends: readonly string[] = []): UserError {
  return new UserError(`a laboratory without root is not possible here: ${why}`, {
    exitCode: EXIT.environment,
    hint: [...mends, 'or run the same command with sudo, or try --target embedded.'].join('; '),
  });
}

/**
 * True where only some ids are known: files of the machine's root then belong to nobody, and programs
 * that insist on root's files refuse them.
 */
export function idsAreMapped(map = readIfThere('/proc/self/uid_map')): boolean {
  return map !== '' && !/^\s*0\s+0\s+4294967295\s*$/.test(map);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
