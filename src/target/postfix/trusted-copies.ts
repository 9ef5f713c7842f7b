// Postfix loads its table types and their list only from files of root's. In a laboratory without root
// those of the machine belong to nobody: there it reads copies.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from '../../world/programs.ts';
import { idsAreMapped } from '../../world/user-namespace.ts';
import { POSTCONF } from './table-types.ts';
import type { Settings } from './tuning-settings.ts';

/** Settings that lead to the copies; none where root is root. */
export async function trustedCopies(directory: string): Promise<Settings> {
  if (!idsAreMapped()) return {};
  const names = ['-dh', 'shlib_directory', 'meta_directory'];
  const { stdout } = await promisify(execFile)(programPath(POSTCONF), names);
  const [libraries = '', meta = ''] = stdout.split('\n');
  const copies = {
    shlib_directory: join(directory, 'lib'),
    meta_directory: join(directory, 'meta'),
  };
  copy(libraries, copies.shlib_directory, (name) => name.endsWith('.so'));
  copy(meta, copies.meta_directory, (name) => name.startsWith('dynamicmaps.cf'));
  return copies;
}

/** Files of `from` and of those folders in it whose names are wanted. */
function copy(from: string, to: string, wanted: (name: string) => boolean): void {
  // Not with the modes of a umask: Postfix' daemons read them as another user.
  mkdirSync(to, { mode: 0o755 });
  if (!from.startsWith('/')) return;
  const isWanted = (path: string): boolean =>
    path === from ||
    path
      .slice(from.length + 1)
      .split('/')
      .some(wanted);
  cpSync(from, to, { recursive: true, filter: isWanted });
}
