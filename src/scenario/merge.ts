// Lays one scenario over another (`extends`): maps deeply by key, so actors and variants by name;
// everything else, lists included, is replaced whole.
import { isOfAttack } from '../tuning/tuning.ts';
import {
  type Branch,
  type Entry,
  type Path,
  plain,
  type Tree,
  withEntry,
  withoutEntry,
} from './tree.ts';

/** Keys that say which other keys a map has: with another value, nothing of the base's map fits. */
const DISCRIMINATORS = ['shape', 'table', 'kind'] as const;

export function mergeTrees(base: Branch, over: Branch, path: Path = []): Branch {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below ? mergeEntry(below, entry, [...path, key]) : entry);
  }
  return { kind: 'map', at: over.at, entries };
}

function mergeEntry(below: Entry, entry: Entry, path: Path): Entry {
  if (below.tree.kind !== 'map' || entry.tree.kind !== 'map') return entry;
  const isTarget = path.length === 1 && path[0] === 'target';
  const base = isTarget ? fittingTarget(below.tree, entry.tree) : below.tree;
  if (!isTarget && differsInKind(base, entry.tree)) return entry;
  return { keyAt: entry.keyAt, tree: mergeTrees(base, entry.tree, path) };
}

function differsInKind(base: Branch, over: Branch): boolean {
  return DISCRIMINATORS.some((key) => {
    const stated = value(over, key);
    const inherited = value(base, key);
    return stated !== undefined && inherited !== undefined && stated !== inherited;
  });
}

/** A tuning outlives a change of `kind`; of a server elsewhere only the attack can be tuned. */
function fittingTarget(base: Branch, over: Branch): Branch {
  if (over.entries.has('address')) return withAttackOnly(withoutEntry(base, 'kind'));
  return over.entries.has('kind') ? withoutEntry(base, 'address') : base;
}

/** Of a target's tuning what changes the attack: it holds for any other. */
export function withAttackOnly(target: Branch): Branch {
  const tuning = target.entries.get('tuning');
  const kept =
    tuning?.tree.kind === 'map' ? [...tuning.tree.entries].filter(([key]) => isOfAttack(key)) : [];
  if (tuning === undefined || kept.length === 0) return withoutEntry(target, 'tuning');
  const tree: Branch = { kind: 'map', at: tuning.tree.at, entries: new Map(kept) };
  return withEntry(target, 'tuning', { ...tuning, tree });
}

function value(branch: Branch, key: string): unknown {
  const tree: Tree | undefined = branch.entries.get(key)?.tree;
  return tree && plain(tree);
}
