// Two Postfix servers as one target: the one that senders speak to, and the tuned one behind it. Each has
// directories of its own; between an edge and the server behind lies a link.
import { UserError } from '../../../errors.ts';
import { LABORATORY } from '../../../guard/guard.ts';
import type { Tuning } from '../../../tuning/tuning.ts';
import { type RunningLink, startLink } from '../../../world/link.ts';
import { jointConfiguration } from '../../pair/configuration.ts';
import { mergeSamples, mergeTotals } from '../../pair/merge.ts';
import type { RunningTarget, Site, TargetSample, TargetTotals } from '../../target.ts';
import { readProcesses } from '../processes.ts';
import { type Server, settle, startServer } from '../server.ts';
import { siteBehind, siteInFront } from './roles.ts';

interface Pair {
  readonly front: Server;
  readonly behind: Server;
  readonly link: RunningLink | undefined;
}

const BEHIND = 'the server behind';

export function hasTwo({ edge, hosted }: Tuning): boolean {
  return [edge, hosted].some((setting) => setting !== undefined && setting !== 'off');
}

/** @throws UserError (3) that says which of the two does not come up. */
export async function startPair(site: Site): Promise<RunningTarget> {
  const pair = await openPair(site);
  const { front, behind } = pair;
  const died = Promise.race([
    front.died.then((how) => `${titleInFront(site)}: ${how}`),
    behind.died.then((how) => `${BEHIND}: ${how}`),
  ]);
  let isBroken = false;
  void died.then(() => {
    isBroken = true;
  });
  return {
    address: front.address,
    version: `Postfix ${front.version}`,
    configuration: jointConfiguration(
      behind.configuration,
      front.configuration,
      isHosted(site) ? 'hosted' : 'edge',
    ),
    traps: [...front.traps, ...behind.traps],
    died,
    sample: () => samplePair(pair),
    stop: async () => {
      // One without the other would never be rid of its queue.
      if (!isBroken) await settle([front, behind]);
      return endPair(pair);
    },
  };
}

function isHosted({ tuning: { hosted } }: Site): boolean {
  return hosted !== undefined && hosted !== 'off';
}

function titleInFront(site: Site): string {
  return isHosted(site) ? 'the hosted service' : 'the server in front';
}

/** The server behind first: the one in front must know where the link to it begins. */
async function openPair(site: Site): Promise<Pair> {
  const behind = await startServer(siteBehind(site)).catch(named(BEHIND));
  let link: RunningLink | undefined;
  try {
    link = await openLink(site.tuning, behind);
    const front = await startServer(siteInFront(site, link ?? behind.address)).catch(
      named(titleInFront(site)),
    );
    return { front, behind, link };
  } catch (error) {
    await link?.stop();
    await behind.end();
    throw error;
  }
}

async function openLink({ edge }: Tuning, { address }: Server): Promise<RunningLink | undefined> {
  if (edge === undefined || edge === 'off') return undefined;
  // From the address of the server in front: to the one behind the link is no host of its own.
  const ends = { host: LABORATORY.behind, to: address, from: LABORATORY.target };
  return startLink({ ...ends, ...edge.link });
}

function named(title: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, hint } = error;
    throw new UserError(`${title}: ${message}`, { exitCode, hint, cause: error });
  };
}

async function samplePair({ front, behind, link }: Pair): Promise<TargetSample> {
  const processes = readProcesses();
  const [one, other] = await Promise.all([
    front.sampler.sample(processes),
    behind.sampler.sample(processes),
  ]);
  const { asked, discarded } = front.sampler.tally.messages;
  const carried = link?.counts();
  return mergeSamples(one, other, {
    behindSessions: behind.sampler.tally.sessions.sessions,
    behindProbes: asked,
    swallowed: discarded,
    ...(carried && { linkBytes: carried.bytesThere + carried.bytesBack }),
  });
}

async function endPair(pair: Pair): Promise<TargetTotals> {
  const { front, behind, link } = pair;
  const last = await samplePair(pair).catch(() => undefined);
  // In this order nobody finds the next one gone.
  const ofFront = await front.end();
  await link?.stop();
  const ofBehind = await behind.end();
  return { ...mergeTotals(ofFront, ofBehind), ...(last && { last }) };
}
