// Runs one of Postfix' programs for what it prints.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { refused } from './refused.ts';

type Command = readonly [string, readonly string[]];

/** Its lines, without empty ones. @throws UserError (3) that quotes it when it fails. */
export async function askPostfix(command: Command): Promise<string[]> {
  return (await hearPostfix(command)).lines;
}

/** The same, with the lines of its standard error. */
export async function hearPostfix([program, args]: Command): Promise<{
  readonly lines: string[];
  readonly errors: string[];
}> {
  try {
    const said = await promisify(execFile)(program, [...args], { maxBuffer: 2 ** 26 });
    return { lines: linesOf(said.stdout), errors: linesOf(said.stderr) };
  } catch (cause) {
    throw refused(essence((cause as { stderr?: string }).stderr ?? '') || String(cause), cause);
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Of what a program says before it gives up the reason, without the advice before it. */
function essence(said: string): string {
  const lines = said.trim().split('\n');
  return lines.findLast((line) => /: (?:fatal|panic|error): /.test(line)) ?? lines.join('\n');
}
