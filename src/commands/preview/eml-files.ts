// Sample messages as files, one each: what the recipient gets, with CRLF line ends and without the
// dots of the SMTP transfer.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { messageOf, type Speaker, takeSample, type Way } from './sample.ts';

export interface Eml {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The first `count` messages of one way of speaking that differ; fewer where it has no more. */
export function emlsOf(
  speaker: Speaker,
  { label, sessions }: Way,
  count: number,
  attempt = 0,
): Eml[] {
  const actor = speaker.planned.actor.name;
  const prefix = label === '' ? actor : `${actor}-${label}`;
  const width = String(count).length;
  const seen = new Set<string>();
  const emls: Eml[] = [];
  for (const session of sessions) {
    const script = speaker.sender.script(session, attempt);
    if (script.message === undefined) continue;
    const hash = createHash('sha256');
    for (const part of script.message) hash.update(part);
    const digest = hash.digest('base64');
    if (seen.has(digest)) continue;
    seen.add(digest);
    const [step] = takeSample(speaker, session, attempt).steps;
    const bytes = step && messageOf(step);
    const number = String(emls.length + 1).padStart(width, '0');
    if (bytes) emls.push({ name: `${prefix}-${number}.eml`, bytes });
    if (emls.length === count) break;
  }
  return emls;
}

/**
 * Writes the files into a folder that is new, empty, or holds nothing but such files of the same actors.
 * @throws UserError (3)
 */
export function writeEmls(folder: string, emls: readonly Eml[], actors: readonly string[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    const foreign = readdirSync(folder).find((name) => !isOurs(name, actors));
    if (foreign !== undefined) throw notOurs(folder, foreign);
    for (const { name, bytes } of emls) writeFileSync(join(folder, name), bytes);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(`cannot write to ${folder}: ${(cause as Error).message}`, {
      exitCode: EXIT.environment,
      hint: 'Name a folder that you may write to with --eml.',
      cause,
    });
  }
}

function isOurs(name: string, actors: readonly string[]): boolean {
  return actors.some((actor) => name.startsWith(`${actor}-`)) && /-\d+\.eml$/.test(name);
}

function notOurs(folder: string, name: string): UserError {
  return new UserError(`${folder} holds other files, such as ${name}`, {
    exitCode: EXIT.environment,
    hint: 'Name a new or an empty folder with --eml.',
  });
}
