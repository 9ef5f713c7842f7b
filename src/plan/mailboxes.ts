// The valid mailboxes of the world's domain, made from the seed.
import { uniform } from './random.ts';

const GIVEN =
  'anna ben carla david elena frank greta hugo ines jonas karin leo maria nils olga paul rita sven tina uwe vera walt yara zoe'.split(
    ' ',
  );
const FAMILY =
  'adler brandt cruz dietz ebner falk gruber hahn ivers jansen keller lang moser nowak ott peters quandt roth stein thoma ulrich vogt weber zeller'.split(
    ' ',
  );
const ROLES =
  'info sales office support orders billing postmaster abuse webmaster hostmaster jobs news'.split(
    ' ',
  );

/** `count` distinct addresses; the same seed gives the same list, and a longer list starts with a shorter one. */
export function makeMailboxes(seed: number, count: number, domain: string): string[] {
  const taken = new Set<string>();
  const list: string[] = [];
  for (let i = 0; list.length < count; i += 1) {
    let local = i < ROLES.length && i % 2 === 0 ? ROLES[i] : personal(seed, i);
    if (local === undefined || taken.has(local)) local = `${personal(seed, i)}${i}`;
    taken.add(local);
    list.push(`${local}@${domain}`);
  }
  return list;
}

function personal(seed: number, i: number): string {
  const given = GIVEN[Math.floor(uniform(seed, 7001, i, 1) * GIVEN.length)] ?? 'anna';
  const family = FAMILY[Math.floor(uniform(seed, 7001, i, 2) * FAMILY.length)] ?? 'adler';
  const style = uniform(seed, 7001, i, 3);
  if (style < 0.5) return `${given}.${family}`;
  if (style < 0.8) return `${given.slice(0, 1)}${family}`;
  return `${given}${Math.floor(uniform(seed, 7001, i, 4) * 90) + 10}`;
}
