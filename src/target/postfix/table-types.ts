// The table types of the Postfix that is installed here: Debian packs some of them apart.
import { spawnSync } from 'node:child_process';
import { findProgram, type Program } from '../../world/programs.ts';

export const POSTCONF: Program = { name: 'postconf', debianPackage: 'postfix' };

const PACKED_APART = ['cdb', 'ldap', 'lmdb', 'sqlite'] as const;
export type PackedApart = (typeof PACKED_APART)[number];

export function isPackedApart(type: string | undefined): type is PackedApart {
  return PACKED_APART.some((one) => one === type);
}

/** Postfix' library for one type, as something that must be installed. */
export function tablesOf(type: PackedApart): Program {
  const isThere = () => hasTables(type);
  return { name: `postfix-${type}.so`, debianPackage: `postfix-${type}`, isThere };
}

function hasTables(type: PackedApart): boolean {
  const program = findProgram(POSTCONF.name);
  // Without Postfix itself its libraries are not worth a word.
  if (program === undefined) return true;
  const { status, stdout } = spawnSync(program, ['-m'], { encoding: 'utf8' });
  return status !== 0 || stdout.split('\n').includes(type);
}
