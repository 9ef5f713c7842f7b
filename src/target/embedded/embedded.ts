// The embedded target: a small mail server of our own in a process of its own, or two of them in a row. For a
// first look, for tests and for teaching; it never pretends to be Postfix.
import { createRequire } from 'node:module';
import { examineRecipients } from '../../world/recipients.ts';
import type { RunningTarget, Site, Target } from '../target.ts';
import { startPair } from './pair.ts';
import { hasTwo } from './roles.ts';
import { startChild } from './server-process.ts';
import { refusalsOf } from './settings.ts';

export const embedded: Target = {
  kind: 'embedded',
  refusals: refusalsOf,
  examine: ({ recipients, edge }) => {
    examineRecipients(recipients);
    if (typeof edge === 'object') examineRecipients(edge.tuning.recipients);
  },
  start,
};

async function start(site: Site): Promise<RunningTarget> {
  if (hasTwo(site.tuning)) return { ...(await startPair(site)), version: embeddedVersion() };
  const { look, stop, ...server } = await startChild(site);
  return {
    ...server,
    version: embeddedVersion(),
    sample: async () => (await look())?.sample ?? {},
    stop: async () => (await stop()).totals,
  };
}

export function embeddedVersion(): string {
  const require = createRequire(import.meta.url);
  const own = require('../../../package.json') as { version: string };
  const library = require('smtp-server/package.json') as { version: string };
  return `embedded ${own.version} (smtp-server ${library.version})`;
}
