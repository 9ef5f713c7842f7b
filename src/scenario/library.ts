// The scenarios that come with the program: the YAML files in its scenarios/ folder.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { child } from './tree.ts';
import { readYaml } from './yaml-tree.ts';

export interface BuiltIn {
  readonly name: string;
  readonly summary: string;
  readonly path: string;
}

/** The same distance from src/scenario/ and from dist/scenario/. */
const FOLDER = fileURLToPath(new URL('../../scenarios/', import.meta.url));

export function builtInNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

export function builtInPath(name: string): string | undefined {
  return builtInNames().includes(name) ? join(FOLDER, `${name}.yaml`) : undefined;
}

/** By name. The summary is read without judging the rest: `validate` does that. */
export function builtInScenarios(): BuiltIn[] {
  return builtInNames().map((name) => {
    const path = join(FOLDER, `${name}.yaml`);
    const { tree } = readYaml(readFileSync(path, 'utf8'), () => ({ flag: path }));
    const summary = child(tree, 'summary');
    return { name, summary: summary?.kind === 'leaf' ? String(summary.value) : '', path };
  });
}
