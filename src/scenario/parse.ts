// YAML text → Scenario, or one error that lists every mistake with its place. Reads no files: what a
// scenario extends is handed in (see load.ts).
import { dirname } from 'node:path';
import type { Tuning } from '../tuning/tuning.ts';
import { type FindBase, readWithBases } from './inherit.ts';
import { type Judged, judge, variantNames } from './judge.ts';
import { describeComplaint, type Mistake, oneOf, quote } from './mistake.ts';
import { applyConfig, applySets, applyTarget } from './overrides.ts';
import type { Scenario, Variant } from './scenario.ts';
import { suggest } from './suggest.ts';
import { type Branch, type Path, placeOf } from './tree.ts';

export interface ParseOptions {
  /** `path=value` each, as given to --set; the value is YAML. */
  readonly set?: readonly string[] | undefined;
  /** As given to --target: `embedded`, `postfix` or `host:port`. */
  readonly target?: string | undefined;
  /** As given to --config: a Postfix configuration beneath all variants. */
  readonly config?: string | undefined;
  /** As given to --variant: keeps these only, in the scenario's order. */
  readonly variants?: readonly string[] | undefined;
  /** Finds what `extends` names. */
  readonly findBase?: FindBase | undefined;
}

const standsAlone: FindBase = (name) => `cannot extend ${quote(name)}: this text stands alone`;

/** @throws ScenarioError (exit code 2) with every mistake. */
export function parseScenario(text: string, file: string, options: ParseOptions = {}): Scenario {
  const found: Mistake[] = [];
  const written = readWithBases({ text, file }, options.findBase ?? standsAlone, found);
  const set = applySets(written, options.set ?? []);
  const aimed = applyTarget(set.tree, options.target);
  const { tree } = applyConfig(aimed.tree, options.config);
  const unknown = unknownVariants(tree, options.variants ?? []);
  const mistakes = [...found, ...set.mistakes, ...aimed.mistakes, ...unknown];
  return build(judge(tree, mistakes, options.variants), tree);
}

function unknownVariants(tree: Branch, names: readonly string[]): Mistake[] {
  const known = variantNames(tree);
  const at = { flag: `--variant ${names.join(',')}` };
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const what = `unknown variant ${quote(name)}`;
      const suggestion = suggest(name, known);
      const complaint = { kind: 'plain', what, expected: oneOf(known), suggestion } as const;
      return { at, message: describeComplaint(complaint, [], name) };
    });
}

function build({ sections, goal, thresholds }: Judged, tree: Branch): Scenario {
  const { name, summary, predicts, seed, clock, phases, world, actors, repeat } = sections;
  const target = {
    ...sections.target,
    tuning: withFolder(sections.target.tuning, tree, ['target', 'tuning']),
  };
  const variants = Object.entries(sections.variants).map(([variant, stated]): Variant => {
    const changes = withFolder(stated, tree, ['variants', variant]);
    return { name: variant, changes, tuning: layOver(target.tuning, changes) };
  });
  return {
    name,
    summary,
    ...(predicts === undefined ? {} : { predicts }),
    seed,
    compress: clock.compress,
    phases,
    world,
    actors,
    target,
    variants,
    goal,
    thresholds,
    repeat,
  };
}

/** A path in a file starts from that file's folder, one on the command line from the working directory. */
function withFolder(tuning: Tuning, tree: Branch, path: Path): Tuning {
  if (!tuning.config) return tuning;
  const at = placeOf(tree, [...path, 'config'], 'value');
  return 'flag' in at
    ? tuning
    : { ...tuning, config: { ...tuning.config, from: dirname(at.file) } };
}

/** Key by key; of raw settings each is a key of its own. */
function layOver(base: Tuning, changes: Tuning): Tuning {
  if (!base.postfix || !changes.postfix) return { ...base, ...changes };
  const main = { ...base.postfix.main, ...changes.postfix.main };
  const master = { ...base.postfix.master, ...changes.postfix.master };
  return { ...base, ...changes, postfix: { main, master } };
}
