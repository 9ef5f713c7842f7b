// What the command line changes in a scenario: `--set path=value`, `--target` and `--config`. A changed value
// knows its flag as its place, so that the schema's complaints about it name the flag.
import { withAttackOnly } from './merge.ts';
import { type Mistake, oneOf, quote } from './mistake.ts';
import { OWN_TARGETS, parseAddress } from './schema.ts';
import { suggest } from './suggest.ts';
import { type Branch, child, type Place, type Tree, withEntry, withoutEntry } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

interface Overridden {
  readonly tree: Branch;
  readonly mistakes: readonly Mistake[];
}

export function applySets(tree: Branch, sets: readonly string[]): Overridden {
  const mistakes: Mistake[] = [];
  let result = tree;
  for (const set of sets) {
    const at = { flag: `--set ${set}` };
    const changed = applySet(result, set, at);
    if ('kind' in changed) result = changed;
    else mistakes.push(...changed.mistakes);
  }
  return { tree: result, mistakes };
}

function applySet(tree: Branch, set: string, at: Place): Branch | { mistakes: readonly Mistake[] } {
  const equals = set.indexOf('=');
  const path = set.slice(0, equals).trim().split('.');
  if (equals < 1 || path.includes('')) {
    return {
      mistakes: [
        { at, message: 'not an assignment; expected path=value, as in world.sources=100' },
      ],
    };
  }
  const value = readYaml(set.slice(equals + 1), () => at);
  if (value.mistakes.length > 0 || value.tree === undefined) return { mistakes: value.mistakes };
  const problem = findUnknown(tree, path);
  if (problem !== undefined) return { mistakes: [{ at, message: problem }] };
  return put(tree, path, value.tree, at) as Branch;
}

/** An actor or a variant cannot be begun by setting a part of it. */
function findUnknown(tree: Branch, path: readonly string[]): string | undefined {
  const [section = '', name = ''] = path;
  if (path.length < 3 || (section !== 'actors' && section !== 'variants')) return undefined;
  const map = child(tree, section);
  const known = map?.kind === 'map' ? [...map.entries.keys()] : [];
  if (known.includes(name)) return undefined;
  const guess = suggest(name, known);
  const ending = guess === undefined ? '' : `; did you mean ${quote(guess)}?`;
  return `no ${section.slice(0, -1)} is named ${quote(name)}; expected ${oneOf(known)}${ending}`;
}

/** Where a map is missing on the way, one is made; the schema judges its name. */
function put(tree: Tree | undefined, path: readonly string[], value: Tree, at: Place): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (tree?.kind === 'list' && Number(key) in tree.items) {
    const items = tree.items.map((item, i) =>
      i === Number(key) ? put(item, rest, value, at) : item,
    );
    return { ...tree, items };
  }
  const branch: Branch = tree?.kind === 'map' ? tree : { kind: 'map', at, entries: new Map() };
  return withEntry(branch, key, { keyAt: at, tree: put(child(branch, key), rest, value, at) });
}

/** Own kinds keep the scenario's tuning; of a server elsewhere the attack alone can be tuned. */
export function applyTarget(tree: Branch, target: string | undefined): Overridden {
  if (target === undefined) return { tree, mistakes: [] };
  const at = { flag: `--target ${target}` };
  const leaf = (value: string) => ({ keyAt: at, tree: { kind: 'leaf', at, value } as const });
  const replace = (branch: Branch) => ({
    tree: withEntry(tree, 'target', { keyAt: at, tree: branch }),
    mistakes: [],
  });
  const none: Branch = { kind: 'map', at, entries: new Map() };
  const stated = child(tree, 'target');
  if (OWN_TARGETS.some((kind) => kind === target)) {
    const base = stated?.kind === 'map' ? withoutEntry(stated, 'address') : none;
    return replace(withEntry(base, 'kind', leaf(target)));
  }
  if (parseAddress(target)) {
    const base = stated?.kind === 'map' ? withAttackOnly(withoutEntry(stated, 'kind')) : none;
    return replace(withEntry(base, 'address', leaf(target)));
  }
  const guess = suggest(target, OWN_TARGETS);
  const ending = guess === undefined ? '' : `; did you mean ${quote(guess)}?`;
  const message = `unknown target; expected ${oneOf([...OWN_TARGETS, 'host:port'])}${ending}`;
  return { tree, mistakes: [{ at, message }] };
}

/** Beneath all variants, which may name another; a server elsewhere refuses it as any tuning. */
export function applyConfig(tree: Branch, config: string | undefined): Overridden {
  if (config === undefined) return { tree, mistakes: [] };
  const at = { flag: `--config ${config}` };
  const leaf: Tree = { kind: 'leaf', at, value: config };
  return { tree: put(tree, ['target', 'tuning', 'config'], leaf, at) as Branch, mistakes: [] };
}
