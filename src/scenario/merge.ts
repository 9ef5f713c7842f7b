// Lays one scenario over another (`extends`): maps deeply by key, so actors and variants by name;
// everything else, lists included, is replaced whole.
import { type Branch, type Entry, type Path, plain, type Tree, withoutEntry } from './tree.ts';

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

/** A tuning outlives a change of `kind`, but no server elsewhere can be tuned or given a kind. */
function fittingTarget(base: Branch, over: Branch): Branch {
  if (over.entries.has('address')) return withoutEntry(withoutEntry(base, 'kind'), 'tuning');
  return over.entries.has('kind') ? withoutEntry(base, 'address') : base;
}

function value(branch: Branch, key: string): unknown {
  const tree: Tree | undefined = branch.entries.get(key)?.tree;
  return tree && plain(tree);
}
