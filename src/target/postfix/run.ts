// Starts a Postfix as a tuning says, alone or with a second one before it, and keeps it as a target.
import { insideLaboratory } from '../../world/laboratory.ts';
import type { RunningTarget, Site } from '../target.ts';
import { hasTwo, startPair } from './pair/pair.ts';
import { settle, startServer } from './server.ts';

export async function startPostfix(site: Site): Promise<RunningTarget> {
  if (!insideLaboratory()) throw new Error('the Postfix target starts inside the laboratory only');
  return hasTwo(site.tuning) ? startPair(site) : startAlone(site);
}

async function startAlone(site: Site): Promise<RunningTarget> {
  const server = await startServer(site);
  return {
    address: server.address,
    version: `Postfix ${server.version}`,
    configuration: server.configuration,
    traps: server.traps,
    died: server.died,
    sample: () => server.sampler.sample(),
    stop: async () => {
      await settle([server]);
      return server.end();
    },
  };
}
