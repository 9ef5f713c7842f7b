// `blowback report <result.json>`: makes a report anew from a stored result.
import { Command } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { renderHtml } from '../report/html.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { writeWhole } from '../result/files.ts';
import { readResult } from '../result/read-result.ts';
import { judge } from './run/judge.ts';

const FORMATS = { '.html': renderHtml, '.md': renderMarkdown } as const;
/** Those that a later version will write. */
const LATER = ['.csv', '.xml', '.hlog'];

export function reportCommand(): Command {
  return new Command('report')
    .description('make a report from a stored result')
    .argument('<result>', 'a result.json')
    .option('-o, --output <file>', 'what to write: .html or .md', 'report.html')
    .action((path: string, { output }: { readonly output: string }) => {
      const format = Object.entries(FORMATS).find(([ending]) => output.endsWith(ending));
      if (!format) {
        throw new UserError(`cannot write ${output}: ${reasonFor(output)}`, {
          exitCode: EXIT.usage,
        });
      }
      const bytes = writeWhole(output, format[1](judge(readResult(path))));
      console.log(`${output} (${Math.ceil(bytes / 1000)} KB)`);
    });
}

function reasonFor(output: string): string {
  const later = LATER.find((ending) => output.endsWith(ending));
  const formats = 'the report is a .html or a .md file';
  return later === undefined ? formats : `${later} is not supported yet, ${formats}`;
}
