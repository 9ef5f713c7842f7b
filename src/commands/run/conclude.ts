// The last words of a run: its summary, or with --json the result itself.

import { selfComparisonLines } from '../../report/self-comparison.ts';
import type { Result } from '../../result/result.ts';
import { isTerminal } from '../terminal.ts';
import { judge } from './judge.ts';

export async function showResult(
  result: Result,
  exit: { readonly code: number; readonly meaning: string },
  files: readonly { readonly path: string; readonly bytes: number }[],
  json: boolean,
): Promise<void> {
  const { renderSummary } = await import('../../report/terminal.ts');
  const summary = renderSummary(judge(result), {
    width: Math.min(100, process.stdout.columns || 80),
    files,
    exit,
    color: isTerminal(process.stdout) && !process.env['NO_COLOR'] && !json,
  });
  const more = result.self ? `${selfComparisonLines(result.self).join('\n')}\n` : '';
  if (json) {
    if (more !== '') console.error(more);
    console.error(summary);
    console.log(JSON.stringify(result));
  } else console.log(more === '' ? summary : `${more}\n${summary}`);
}
