// Whether the programs that master.cf names are there. Postfix looks for one when its service is first asked
// for: until then a run would go on without a word.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';
import { refused } from './refused.ts';
import { parseServices, renderService, serviceKey } from './services.ts';

/** @param directory daemon_directory, where master(8) looks for each. @throws UserError (3) for the first that is not there. */
export function requireDaemons(layout: Layout, directory: string): void {
  const master = join(directory, 'master');
  if (!existsSync(master)) throw refused(`there is no ${master}`);
  const services = parseServices(readFileSync(join(layout.conf, 'master.cf'), 'utf8'));
  const lacking = services.find(({ program }) => !existsSync(join(directory, program)));
  if (lacking === undefined) return;
  const line = renderService({ ...lacking, args: '' });
  throw refused(
    `there is no ${join(directory, lacking.program)} for the service ${serviceKey(lacking)} of master.cf: "${line}"`,
  );
}
