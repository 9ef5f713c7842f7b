// Reads a scenario's text and, laid beneath it, the scenarios that it extends.
import { mergeTrees } from './merge.ts';
import { type Mistake, ScenarioError } from './mistake.ts';
import { type Branch, child, withoutEntry } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

export interface Source {
  readonly text: string;
  /** As messages show it; two sources with the same file are the same scenario. */
  readonly file: string;
}
/** Finds what `extends` names; a sentence when there is no such scenario. */
export type FindBase = (name: string, extendingFile: string) => Source | string;

/**
 * Puts the mistakes that leave a tree to judge into `mistakes`.
 * @throws ScenarioError on anything that leaves none.
 */
export function readWithBases(
  source: Source,
  findBase: FindBase,
  mistakes: Mistake[],
  chain: readonly string[] = [],
): Branch {
  const tree = readMap(source, mistakes);
  const link = child(tree, 'extends');
  if (link === undefined) return tree;
  const stop = (message: string) => new ScenarioError([{ at: link.at, message }]);
  if (link.kind !== 'leaf' || typeof link.value !== 'string' || link.value === '') {
    throw stop('extends names no scenario; expected the name of a built-in one, or a path');
  }
  const base = findBase(link.value, source.file);
  if (typeof base === 'string') throw stop(base);
  const files = [...chain, source.file];
  if (files.includes(base.file)) {
    throw stop(`extends runs in a circle: ${[...files, base.file].join(' extends ')}`);
  }
  return mergeTrees(readWithBases(base, findBase, mistakes, files), withoutEntry(tree, 'extends'));
}

function readMap({ text, file }: Source, mistakes: Mistake[]): Branch {
  const read = readYaml(text, (line, column) => ({ file, line, column }));
  const { tree } = read;
  if (tree === undefined) throw new ScenarioError(read.mistakes);
  mistakes.push(...read.mistakes);
  if (tree.kind === 'map') return tree;
  if (mistakes.length > 0) throw new ScenarioError(mistakes);
  const message = 'this is no scenario; expected a map with name and actors';
  throw new ScenarioError([{ at: tree.at, message }]);
}
