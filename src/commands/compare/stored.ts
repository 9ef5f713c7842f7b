// Compares what was measured before: repeats of the same variants in several results, or one variant each.
import { basename, dirname, join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { machineKey } from '../../result/comparable.ts';
import { makeDirectory, writeWhole } from '../../result/files.ts';
import { readResult } from '../../result/read-result.ts';
import type { Result } from '../../result/result.ts';
import { answer } from '../../verdict/questions.ts';
import { commandLine } from '../run/command-line.ts';
import { showResult } from '../run/conclude.ts';
import { parseComparand, requireKnown } from '../run/inquiry.ts';
import { exitOf, judge } from '../run/judge.ts';

interface StoredOptions {
  readonly variant?: readonly string[];
  readonly metric: readonly string[];
  readonly out?: string;
  readonly json?: true;
}

/** Answers the exit code. @throws UserError (2, 6) for results that cannot be held against each other. */
export async function compareStored(
  paths: readonly string[],
  options: StoredOptions,
): Promise<number> {
  const results = paths.map(readResult);
  const [first] = results;
  if (!first) throw new Error('no results');
  for (const [i, result] of results.entries()) {
    for (const before of results.slice(0, Math.max(1, i)))
      requireSame(before, result, paths[i] ?? '');
  }
  const merged = select(merge(results, paths), options.variant);
  const metrics = options.metric.map(parseComparand);
  requireKnown(metrics, merged);
  const looks = results.length === 1 ? (first.comparison?.looks.length ?? 1) : 1;
  const verdicts = answer(merged, merged.runs, { ask: 'everything', more: metrics, looks });
  const command = commandLine([
    ...['blowback', 'compare', ...paths],
    ...(options.variant ? ['--variants', options.variant.join(',')] : []),
    ...options.metric.flatMap((metric) => ['--metric', metric]),
  ]);
  const result = { ...merged, verdicts, command };
  const exit = exitOf(result);
  await showResult(result, exit, await write(result, options.out), options.json === true);
  return exit.code;
}

function requireSame(first: Result, other: Result, path: string): void {
  const differs = (what: string, a: unknown, b: unknown, exitCode: 2 | 6): void => {
    if (JSON.stringify(a) === JSON.stringify(b)) return;
    throw new UserError(`${path} has another ${what}: ${show(b)}, not ${show(a)}`, {
      exitCode,
      hint:
        exitCode === EXIT.inconclusive
          ? 'Figures from two machines are not compared: play both variants on one, with `blowback compare`.'
          : 'Only results of the same scenario, seed and load can be held against each other.',
    });
  };
  differs('scenario', first.scenario, other.scenario, EXIT.usage);
  differs('seed', first.seed, other.seed, EXIT.usage);
  differs('load (its plan)', first.planDigest, other.planDigest, EXIT.usage);
  differs('target', first.target.kind, other.target.kind, EXIT.usage);
  differs('machine', machineKey(first), machineKey(other), EXIT.inconclusive);
  if (other !== first && other.startedAt === first.startedAt) {
    throw new UserError(
      `${path} is the same run as another of the results: it proves nothing twice`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
  if (other.runs.length === 0) {
    throw new UserError(`${path} holds no run: nothing was measured`, { exitCode: EXIT.usage });
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Several variants in each: the results are repeats. One each: every result is a variant of its own. */
function merge(results: readonly Result[], paths: readonly string[]): Result {
  const [first] = results as readonly [Result, ...Result[]];
  const names = (result: Result) => result.variants.map(({ name }) => name).join();
  const areRepeats = results.length === 1 || first.variants.length > 1;
  if (areRepeats) {
    const stranger = results.findIndex((result) => names(result) !== names(first));
    if (stranger >= 0)
      throw otherVariants(paths[stranger] ?? '', results[stranger] ?? first, first);
    let done = 0;
    const runs = results.flatMap((result) => {
      const before = done;
      done += Math.max(...result.runs.map(({ repeat }) => repeat));
      return result.runs.map((run) => ({ ...run, repeat: before + run.repeat }));
    });
    return { ...first, runs };
  }
  const stranger = results.findIndex(({ variants }) => variants.length > 1);
  if (stranger >= 0) throw otherVariants(paths[stranger] ?? '', results[stranger] ?? first, first);
  const labels = labelsOf(results, paths);
  return {
    ...first,
    variants: results.flatMap(({ variants }, i) =>
      variants.map((variant) => ({ ...variant, name: labels[i] ?? variant.name })),
    ),
    runs: results.flatMap(({ runs }, i) =>
      runs.map((run) => ({ ...run, variant: labels[i] ?? run.variant })),
    ),
    thresholds: [],
    expects: [],
  };
}

/** By their variants where these differ, else by what tells their paths apart. */
function labelsOf(results: readonly Result[], paths: readonly string[]): string[] {
  const own = results.map(({ variants }) => variants[0]?.name ?? '');
  if (new Set(own).size === own.length) return own;
  const folders = paths.map((path) =>
    basename(path) === 'result.json' ? basename(dirname(path)) : basename(path, '.json'),
  );
  if (new Set(folders).size === folders.length) return folders;
  return paths.map((path, i) => `${i + 1}-${basename(dirname(path))}`);
}

function otherVariants(path: string, other: Result, first: Result): UserError {
  const list = (result: Result) => result.variants.map(({ name }) => name).join(', ');
  return new UserError(`${path} has other variants: ${list(other)}, not ${list(first)}`, {
    exitCode: EXIT.usage,
    hint: 'Several results are repeats of the same variants, or have one variant each.',
  });
}

function select(result: Result, names: readonly string[] | undefined): Result {
  const known = result.variants.map(({ name }) => name);
  const stranger = names?.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw new UserError(`--variant: no variant ${stranger} in these results`, {
      exitCode: EXIT.usage,
      hint: `There are ${known.join(', ')}.`,
    });
  }
  const variants = result.variants.filter(({ name }) => names?.includes(name) ?? true);
  if (variants.length < 2) {
    throw new UserError('there is only one variant: nothing to compare it with', {
      exitCode: EXIT.usage,
      hint: 'Name a result with several variants, or several results.',
    });
  }
  const runs = result.runs.filter(({ variant }) => variants.some(({ name }) => name === variant));
  return { ...result, variants, runs };
}

async function write(
  result: Result,
  directory: string | undefined,
): Promise<readonly { readonly path: string; readonly bytes: number }[]> {
  if (directory === undefined) return [];
  const [{ renderHtml }, { renderMarkdown }] = await Promise.all([
    import('../../report/html.ts'),
    import('../../report/markdown.ts'),
  ]);
  makeDirectory(directory);
  const input = judge(result);
  const texts = {
    'report.html': renderHtml(input),
    'summary.md': renderMarkdown(input),
    'result.json': `${JSON.stringify(result)}\n`,
  };
  return Object.entries(texts).map(([name, text]) => {
    const path = join(directory, name);
    return { path, bytes: writeWhole(path, text) };
  });
}
