// `npm run library`: plays the scenarios that come with the program and writes docs/scenarios.md from what
// came out. With names only these, with --target only there; with paths of results that are stored it plays
// nothing. What is not measured now stays as it was.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judge } from '../commands/run/judge.ts';
import { readResult } from '../result/read-result.ts';
import { builtInNames } from '../scenario/library.ts';
import { loadScenario } from '../scenario/load.ts';
import { type LibraryTarget, renderPage, TARGETS } from './library/page.ts';
import { passageKey, passageOf, passagesIn } from './library/passage.ts';

const PAGE = fileURLToPath(new URL('../../docs/scenarios.md', import.meta.url));
const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { target: { type: 'string' } },
});
const targets = TARGETS.filter((target) => target === (values.target ?? target));
const stored = positionals.filter((path) => path.endsWith('.json'));
const names = positionals.filter((name) => !name.endsWith('.json'));
const unknown = names.filter((name) => !builtInNames().includes(name));
if (targets.length === 0 || unknown.length > 0) {
  console.error(`unknown ${targets.length === 0 ? 'target' : `scenario: ${unknown.join(', ')}`}`);
  process.exit(2);
}

const passages = new Map(passagesIn(oldPage()));
for (const path of stored) keep(path);
if (stored.length === 0) {
  for (const name of names.length > 0 ? names : builtInNames()) {
    for (const target of targets) await play(name, target);
  }
}

async function play(name: string, target: LibraryTarget): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'blowback-library-'));
  try {
    const args = [CLI, 'run', name, '--target', target, '--out', folder];
    const run = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(run, 'exit')) as [number | null];
    // 5 and 6 have a result too; anything else has said why on standard error.
    if (code === 0 || code === 5 || code === 6) keep(join(folder, 'result.json'));
    else process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** After each, so that what was measured is not lost to Ctrl-C. */
function keep(path: string): void {
  const input = judge(readResult(path));
  const { scenario, target } = input.result;
  passages.set(passageKey(scenario, target.kind), passageOf(input));
  const scenarios = builtInNames().map((name) => loadScenario(name));
  writeFileSync(PAGE, renderPage(scenarios, passages));
  console.log(`${scenario} on ${target.kind}: ${input.prediction?.outcome ?? 'not judged'}`);
}

function oldPage(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}
