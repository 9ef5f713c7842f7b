// Two embedded servers as one target: the one that senders speak to, and the tuned one behind it, each in a
// process of its own; between an edge and the server behind lies a link.
import { UserError } from '../../errors.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { type RunningLink, startLink } from '../../world/link.ts';
import { jointConfiguration } from '../pair/configuration.ts';
import { mergeSamples, mergeTotals } from '../pair/merge.ts';
import type { RunningTarget, Site, TargetSample, TargetTotals } from '../target.ts';
import type { Passed } from './protocol.ts';
import { siteBehind, siteInFront } from './roles.ts';
import { type Server, startChild } from './server-process.ts';
import type { Address } from './ways.ts';

interface Pair {
  readonly front: Server;
  readonly behind: Server;
  readonly link: RunningLink | undefined;
}

const BEHIND = 'the server behind';
const LOOPBACK = '127.0.0.1';

/** @throws UserError (3) that says which of the two does not come up. */
export async function startPair(site: Site): Promise<Omit<RunningTarget, 'version'>> {
  const isEdge = site.tuning.edge !== undefined && site.tuning.edge !== 'off';
  const title = isEdge ? 'the server in front' : 'the hosted service';
  const pair = await openPair(site, title);
  const { front, behind } = pair;
  return {
    address: front.address,
    configuration: jointConfiguration(
      behind.configuration,
      front.configuration,
      isEdge ? 'edge' : 'hosted',
    ),
    died: Promise.race([
      front.died.then((how) => `${title}: ${how}`),
      behind.died.then((how) => `${BEHIND}: ${how}`),
    ]),
    sample: () => samplePair(pair),
    stop: () => stopPair(pair),
  };
}

/** The server behind first: the one in front must know where the link to it begins. */
async function openPair(site: Site, title: string): Promise<Pair> {
  const behind = await startChild(siteBehind(site)).catch(named(BEHIND));
  let link: RunningLink | undefined;
  try {
    link = await openLink(site.tuning, behind.address);
    const { host, port } = link ?? behind.address;
    const placed = siteInFront(site, { host, port });
    const front = await startChild(placed).catch(named(title));
    return { front, behind, link };
  } catch (error) {
    await link?.stop();
    await behind.stop();
    throw error;
  }
}

async function openLink({ edge }: Tuning, to: Address): Promise<RunningLink | undefined> {
  if (edge === undefined || edge === 'off') return undefined;
  return startLink({ host: LOOPBACK, to, from: LOOPBACK, ...edge.link });
}

function named(title: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, hint } = error;
    throw new UserError(`${title}: ${message}`, { exitCode, hint, cause: error });
  };
}

async function samplePair({ front, behind, link }: Pair): Promise<TargetSample> {
  const [one, other] = await Promise.all([front.look(), behind.look()]);
  if (!one || !other) return {};
  return merged(one, other, link);
}

interface Look {
  readonly sample: TargetSample;
  readonly passed: Passed;
}

function merged(front: Look, behind: Look, link: RunningLink | undefined): TargetSample {
  const carried = link?.counts();
  return mergeSamples(front.sample, behind.sample, {
    behindSessions: behind.passed.sessions,
    behindProbes: front.passed.asked,
    swallowed: front.passed.swallowed,
    ...(carried && { linkBytes: carried.bytesThere + carried.bytesBack }),
  });
}

/** In this order nobody finds the next one gone, and what one still hands on the other still takes. */
async function stopPair({ front, behind, link }: Pair): Promise<TargetTotals> {
  const ofFront = await front.stop();
  const ofBehind = await behind.stop();
  const totals = mergeTotals(ofFront.totals, ofBehind.totals);
  const last =
    ofFront.passed && ofBehind.passed
      ? merged(
          { sample: ofFront.totals.last ?? {}, passed: ofFront.passed },
          { sample: ofBehind.totals.last ?? {}, passed: ofBehind.passed },
          link,
        )
      : undefined;
  await link?.stop();
  return { ...totals, ...(last && { last }) };
}
