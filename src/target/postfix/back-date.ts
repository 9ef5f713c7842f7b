// Postfix' programs sleep when they read a file that was changed in the last two seconds: ours are made to
// look older.
import { lstatSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Older files keep their time: Postfix warns of tables that are older than their source. */
export function backDate(directory: string): void {
  const now = Date.now() / 1000;
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, entry);
    const found = lstatSync(path);
    if (found.isFile() && found.mtimeMs / 1000 > now - 10) utimesSync(path, now - 60, now - 60);
  }
}
