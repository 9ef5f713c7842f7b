// `blowback scenarios`: the built-in scenarios with their summaries.
import { Command } from 'commander';
import { type BuiltIn, builtInScenarios } from '../scenario/library.ts';

const COLUMNS = 80;

export function scenariosCommand(): Command {
  return new Command('scenarios')
    .description('list the built-in scenarios')
    .option('--json', 'print the list as JSON, with the paths of the files')
    .action(({ json }: { readonly json?: true }) => {
      const list = builtInScenarios();
      console.log(json ? JSON.stringify({ scenarios: list }, null, 2) : renderList(list));
    });
}

/** Names in a column, summaries wrapped beside them; no line is longer than 80 characters. */
export function renderList(list: readonly Pick<BuiltIn, 'name' | 'summary'>[]): string {
  const longest = Math.max(0, ...list.map(({ name }) => name.length));
  const indent = Math.min(longest, COLUMNS / 2) + 2;
  return list
    .flatMap(({ name, summary }) => {
      const [first = '', ...rest] = wrap(summary, COLUMNS - indent);
      const head = name.padEnd(indent);
      const lines = head.length > indent ? [name, ' '.repeat(indent) + first] : [head + first];
      return [...lines, ...rest.map((line) => ' '.repeat(indent) + line)];
    })
    .map((line) => line.trimEnd())
    .join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .split(/\s+/)
    .flatMap((long) => long.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
