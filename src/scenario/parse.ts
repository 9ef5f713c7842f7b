// YAML text → Scenario, or one error that lists every mistake with its place. Reads no files: what a
// scenario extends is handed in (see load.ts).
import { dirname } from 'node:path';
import type { Tuning } from '../tuning/tuning.ts';
import { type FindBase, readWithBases } from './inherit.ts';
import { type Judged, judge, variantNames } from './judge.ts';
import { describeComplaint, type Mistake, oneOf, quote } from './mistake.ts';
import { applyConfig, applySets, applyTarget } from './overrides.ts';
import type { Scenario, Variant } from './scenario.ts';
import { applySides, applyThresholds, type Sides } from './sides.ts';
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
  /** As given to a gate: the configurations that stand against each other, in place of all variants. */
  readonly sides?: Sides | undefined;
  /** As given to --threshold: beyond those of the file. */
  readonly thresholds?: readonly string[] | undefined;
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
  const configured = applyConfig(aimed.tree, options.config);
  const sided = applySides(configured.tree, options.sides ?? {});
  const tree = applyThresholds(sided.tree, options.thresholds ?? []);
  const unknown = unknownVariants(tree, options.variants ?? []);
  const mistakes = [...found, ...set.mistakes, ...aimed.mistakes, ...sided.mistakes, ...unknown];
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

function build({ sections, expects, goal, thresholds }: Judged, tree: Branch): Scenario {
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
    expects,
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

/** Paths in a file start from that file's folder, those on the command line from the working directory. */
function withFolder(tuning: Tuning, tree: Branch, path: Path): Tuning {
  const { config, recipients, edge } = tuning;
  const folderOf = (...keys: string[]): string => {
    const at = placeOf(tree, [...path, ...keys], 'value');
    return 'flag' in at ? '.' : dirname(at.file);
  };
  return {
    ...tuning,
    ...(config && { config: { ...config, from: folderOf('config') } }),
    ...(typeof recipients === 'object' &&
      recipients.path !== undefined && {
        recipients: { ...recipients, from: folderOf('recipients', 'path') },
      }),
    ...(typeof edge === 'object' && {
      edge: { ...edge, tuning: withFolder(edge.tuning, tree, [...path, 'edge']) },
    }),
  };
}

/** Key by key; of raw settings each is a key of its own. */
function layOver(base: Tuning, changes: Tuning): Tuning {
  if (!base.postfix || !changes.postfix) return { ...base, ...changes };
  const main = { ...base.postfix.main, ...changes.postfix.main };
  const master = { ...base.postfix.master, ...changes.postfix.master };
  return { ...base, ...changes, postfix: { main, master } };
}
