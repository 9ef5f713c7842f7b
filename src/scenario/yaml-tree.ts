// YAML text → tree with places. Syntax errors, duplicate keys and what a scenario has no use for
// (keys that are no text, aliases that multiply) become mistakes; nothing is thrown.
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import { type Mistake, quote } from './mistake.ts';
import type { Branch, Entry, Place, Tree } from './tree.ts';

/** Far above any sensible scenario; stops files and aliases that are meant to use up the memory. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_NODES = 200_000;
const MAX_DEPTH = 32;

interface Reading {
  readonly tree: Tree | undefined;
  readonly mistakes: readonly Mistake[];
}

/** `place` turns a line and column (from 1) of the text into a place. */
export function readYaml(text: string, place: (line: number, column: number) => Place): Reading {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return place(Math.max(line, 1), Math.max(col, 1));
  };
  const whole = (message: string) => ({ tree: undefined, mistakes: [{ at: at(0), message }] });
  if (text.length > MAX_BYTES) return whole('the file is larger than 4 MiB');
  let document: Document.Parsed;
  try {
    // Duplicate keys are ours to tell: the parser would stop at them and hide all other mistakes.
    const options = { lineCounter: lines, prettyErrors: false, merge: true, uniqueKeys: false };
    document = parseDocument(text, options);
  } catch (error) {
    // The parser recurses: thousands of brackets end its stack before they end our patience.
    if (error instanceof RangeError) return whole('the file is nested too deeply');
    throw error;
  }
  if (document.errors.length > 0) {
    const mistakes = document.errors.map((error) => ({
      at: at(error.pos[0]),
      message: `not valid YAML: ${error.message}`,
    }));
    return { tree: undefined, mistakes };
  }
  const walk = new Walk(document, at);
  const tree = walk.tree(document.contents, 0, 0);
  // A key that stands twice leaves a tree to judge, that of the first; everything else does not.
  return walk.mistakes.length > 0
    ? { tree: undefined, mistakes: [...walk.mistakes, ...walk.seconds] }
    : { tree, mistakes: walk.seconds };
}

/** One pass over a document's nodes. */
class Walk {
  readonly mistakes: Mistake[] = [];
  /** Keys that stand for a second time. */
  readonly seconds: Mistake[] = [];
  private nodes = 0;
  private readonly document: Document.Parsed;
  private readonly at: (offset: number) => Place;
  constructor(document: Document.Parsed, at: (offset: number) => Place) {
    this.document = document;
    this.at = at;
  }

  tree(node: unknown, offset: number, depth: number): Tree {
    const at = this.at(startOf(node) ?? offset);
    this.nodes += 1;
    if (this.nodes > MAX_NODES || depth > MAX_DEPTH) {
      this.complainOnce(at, 'nested too deeply, or too many aliases');
      return { kind: 'leaf', at, value: null };
    }
    if (isAlias(node)) return this.alias(node, at, depth);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.tree(item, offset, depth + 1));
      return { kind: 'list', at, items };
    }
    if (isMap(node)) return this.branch(node, at, depth);
    return { kind: 'leaf', at, value: isScalar(node) ? node.value : null };
  }

  private alias(node: Alias, at: Place, depth: number): Tree {
    const anchored = node.resolve(this.document);
    if (anchored === undefined) {
      const message = `no anchor &${node.source} stands before this alias`;
      this.mistakes.push({ at, message });
    }
    // The place of use, not of the anchor: there the reader sees the wrong key beside its value.
    return { ...this.tree(anchored, startOf(node) ?? 0, depth + 1), at };
  }

  private branch(node: YAMLMap, at: Place, depth: number): Branch {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items) {
      const offset = startOf(pair.key) ?? 0;
      const key = this.keyText(pair, offset);
      if (key === undefined) continue;
      const tree = this.tree(pair.value, offset, depth + 1);
      if (key === '<<') this.mergeInto(merged, tree);
      else if (own.has(key)) this.complainOfSecond(key, offset);
      else own.set(key, { keyAt: this.at(offset), tree });
    }
    return { kind: 'map', at, entries: new Map([...merged, ...own]) };
  }

  /** `<<: *a` or `<<: [*a, *b]`: what stands first wins (YAML merge key, 2005). */
  private mergeInto(merged: Map<string, Entry>, tree: Tree): void {
    for (const source of tree.kind === 'list' ? tree.items : [tree]) {
      if (source.kind !== 'map') {
        this.complainOnce(source.at, '<< merges maps only; expected an alias of a map');
        continue;
      }
      for (const [key, entry] of source.entries) if (!merged.has(key)) merged.set(key, entry);
    }
  }

  private keyText(pair: Pair, offset: number): string | undefined {
    const value = isScalar(pair.key) ? (pair.key.source ?? pair.key.value) : undefined;
    if (typeof value === 'string' && value !== '' && value !== '__proto__') return value;
    this.mistakes.push({ at: this.at(offset), message: 'this cannot be a key; expected a word' });
    return undefined;
  }

  private complainOfSecond(key: string, offset: number): void {
    const message = `the key ${quote(key)} stands here for a second time; expected each key once`;
    this.seconds.push({ at: this.at(offset), message });
  }

  private complainOnce(at: Place, message: string): void {
    if (!this.mistakes.some((mistake) => mistake.message === message)) {
      this.mistakes.push({ at, message });
    }
  }
}

function startOf(node: unknown): number | undefined {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return range?.[0];
}
