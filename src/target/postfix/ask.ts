// Runs one of Postfix' programs for what it prints.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { refused } from './readiness.ts';

/** Its lines, without empty ones. @throws UserError (3) that quotes it when it fails. */
export async function askPostfix([program, args]: readonly [string, readonly string[]]): Promise<
  string[]
> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { maxBuffer: 2 ** 26 });
    return stdout.split('\n').filter((line) => line !== '');
  } catch (cause) {
    throw refused(essence((cause as { stderr?: string }).stderr ?? '') || String(cause), cause);
  }
}

/** Of what a program says before it gives up the reason, without the advice before it. */
function essence(said: string): string {
  const lines = said.trim().split('\n');
  return lines.findLast((line) => /: (?:fatal|panic|error): /.test(line)) ?? lines.join('\n');
}
