// A YAML document as a tree that knows where each value stands. Scenarios are merged as such trees, so
// that a mistake in an inherited or overridden value still points at the file or flag it came from.

export type Place =
  | { readonly file: string; readonly line: number; readonly column: number }
  /** A command-line flag with its value, e.g. `--set seed=1`. */
  | { readonly flag: string };

export type Tree = Leaf | List | Branch;
interface Leaf {
  readonly kind: 'leaf';
  readonly at: Place;
  readonly value: unknown;
}
interface List {
  readonly kind: 'list';
  readonly at: Place;
  readonly items: readonly Tree[];
}
export interface Branch {
  readonly kind: 'map';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}
export interface Entry {
  readonly keyAt: Place;
  readonly tree: Tree;
}

export type Path = readonly (string | number)[];

/** The values alone, as plain data. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'leaf') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.tree)]));
}

export function child(tree: Tree | undefined, key: string | number): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.tree;
  if (tree?.kind === 'list') return tree.items[Number(key)];
  return undefined;
}

export function descend(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(child, tree);
}

/** The branch with one entry more, or with another in its place; order is kept. */
export function withEntry(branch: Branch, key: string, entry: Entry): Branch {
  return { ...branch, entries: new Map(branch.entries).set(key, entry) };
}

export function withoutEntry(branch: Branch, key: string): Branch {
  const entries = new Map(branch.entries);
  entries.delete(key);
  return { ...branch, entries };
}

/** Where a value stands; for one that is not there, where the map stands that lacks it. */
export function placeOf(tree: Tree, path: Path, part: 'key' | 'value'): Place {
  const value = descend(tree, path);
  if (value !== undefined && part === 'value') return value.at;
  const key = path.at(-1);
  if (key === undefined) return tree.at;
  const parent = descend(tree, path.slice(0, -1));
  if (parent?.kind === 'map') {
    const entry = parent.entries.get(String(key));
    if (entry) return entry.keyAt;
  }
  return value?.at ?? placeOf(tree, path.slice(0, -1), 'key');
}
