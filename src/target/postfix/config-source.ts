// Where a configuration of the user's comes from: a directory or a git revision of one. Each is read
// once, so that all runs play the same one, whatever is edited meanwhile.
import { mkdtempSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import type { ConfigSource } from '../../tuning/tuning.ts';
import { laboratoryScratch } from '../../world/laboratory-setup.ts';
import { copyTree, requireReadable } from './config-copy.ts';
import { extractTree, findTree } from './git-tree.ts';

const NEEDED = ['main.cf', 'master.cf'] as const;

/** As messages name it. */
export function sourceName({ git, path }: ConfigSource): string {
  return git === undefined ? path : `${git}:${path}`;
}

/** Looks at a source without taking anything from it. @throws UserError (2 no configuration, 3 unreadable). */
export function examineSource(source: ConfigSource): void {
  if (source.git !== undefined) {
    const { files } = findTree({ ...source, git: source.git });
    requireFiles(source, (name) => files.some(({ path }) => path === name));
    return;
  }
  const directory = resolve(source.from, source.path);
  requireDirectory(source, directory);
  requireFiles(source, (name) => isFile(join(directory, name)));
  requireReadable(directory);
}

const taken = new Map<string, string>();

/** The directory of a source's copy on the laboratory's tmpfs. */
export function takeSource(source: ConfigSource): string {
  const key = JSON.stringify([resolve(source.from), source.path, source.git]);
  const known = taken.get(key);
  if (known !== undefined) return known;
  const copy = mkdtempSync(join(laboratoryScratch(), 'config-'));
  if (source.git === undefined) copyTree(resolve(source.from, source.path), copy);
  else extractTree({ ...source, git: source.git }, copy);
  taken.set(key, copy);
  return copy;
}

function requireDirectory(source: ConfigSource, directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  throw new UserError(
    `config ${sourceName(source)}: ${found ? `${directory} is no directory` : `there is no ${directory}`}`,
    {
      exitCode: EXIT.usage,
      hint: 'Name the directory that holds main.cf and master.cf, such as /etc/postfix.',
    },
  );
}

function requireFiles(source: ConfigSource, has: (name: string) => boolean): void {
  const absent = NEEDED.filter((name) => !has(name));
  if (absent.length === 0) return;
  throw new UserError(`config ${sourceName(source)} has no ${absent.join(' and no ')}`, {
    exitCode: EXIT.usage,
    hint: 'A Postfix configuration is a directory with main.cf and master.cf, such as /etc/postfix.',
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
