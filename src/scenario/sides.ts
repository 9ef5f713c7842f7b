// What a gate changes in a scenario: two configurations stand against each other in place of its variants, and there
// may be thresholds from the command line.
import { dirname, relative, resolve } from 'node:path';
import type { Mistake } from './mistake.ts';
import {
  type Branch,
  child,
  descend,
  type Place,
  type Tree,
  withEntry,
  withoutEntry,
} from './tree.ts';

export interface Sides {
  /** The git revision that has the baseline. */
  readonly baselineRef?: string | undefined;
  /** The directory that is the candidate. */
  readonly candidate?: string | undefined;
}

interface Sided {
  readonly tree: Branch;
  readonly mistakes: readonly Mistake[];
}

export function applySides(tree: Branch, { baselineRef, candidate }: Sides): Sided {
  if (baselineRef === undefined && candidate === undefined) return { tree, mistakes: [] };
  const configured = descend(tree, ['target', 'tuning', 'config']);
  const directory = candidate ?? pathOf(configured);
  const flags = {
    ref: { flag: `--baseline-ref ${baselineRef}` },
    candidate: { flag: `--candidate ${candidate}` },
  };
  if (directory === undefined) {
    const message = 'of which configuration? Expected --candidate or --config with its directory';
    return { tree, mistakes: [{ at: flags.ref, message }] };
  }
  if (baselineRef === undefined && configured === undefined) {
    const message = 'compared with what? Expected --baseline-ref, or --config with the baseline';
    return { tree, mistakes: [{ at: flags.candidate, message }] };
  }
  const at = candidate === undefined ? flags.ref : flags.candidate;
  // As git has it: from the working directory, whatever the repository's root is.
  const path = `./${relative('.', resolve(directory))}`;
  const baseline: Tree =
    baselineRef === undefined
      ? map(flags.candidate, {})
      : map(flags.ref, {
          config: map(flags.ref, {
            git: leaf(flags.ref, baselineRef),
            path: leaf(flags.ref, path),
          }),
        });
  const variants = map(at, {
    baseline,
    candidate: map(at, { config: leaf(at, directory) }),
  });
  // What the scenario predicts is about the variants that it had.
  const bare = withoutEntry(withoutEntry(tree, 'expects'), 'predicts');
  return { tree: withEntry(bare, 'variants', { keyAt: at, tree: variants }), mistakes: [] };
}

/** `config: dir`, in either of its forms; a path in a file starts from the file's folder. */
function pathOf(config: Tree | undefined): string | undefined {
  const leaf = config?.kind === 'map' ? child(config, 'path') : config;
  if (leaf?.kind !== 'leaf' || typeof leaf.value !== 'string') return undefined;
  return 'file' in leaf.at ? resolve(dirname(leaf.at.file), leaf.value) : leaf.value;
}

export function applyThresholds(tree: Branch, texts: readonly string[]): Branch {
  const [first] = texts;
  if (first === undefined) return tree;
  const stated = child(tree, 'thresholds');
  const at = stated?.at ?? { flag: `--threshold ${first}` };
  const items = [
    ...(stated?.kind === 'list' ? stated.items : []),
    ...texts.map((text) => leaf({ flag: `--threshold ${text}` }, text)),
  ];
  return withEntry(tree, 'thresholds', { keyAt: at, tree: { kind: 'list', at, items } });
}

function leaf(at: Place, value: string): Tree {
  return { kind: 'leaf', at, value };
}

function map(at: Place, entries: Readonly<Record<string, Tree>>): Tree {
  const all = Object.entries(entries).map(([key, tree]) => [key, { keyAt: at, tree }] as const);
  return { kind: 'map', at, entries: new Map(all) };
}
