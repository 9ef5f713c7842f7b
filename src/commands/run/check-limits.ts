// Whether this machine has what a plan needs: asked before a run, and by `blowback doctor`.
import type { Tally } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Network } from '../../plan/source-address.ts';
import type { TargetChoice } from '../../scenario/scenario.ts';
import { connectionNetwork, needOf, requireLimits } from './limits.ts';
import { readLimits } from './read-limits.ts';

/** Where the senders of a run against this target have their addresses. */
export function networkFor({ kind }: Pick<TargetChoice, 'kind'>): Network {
  if (kind === 'postfix') return 'laboratory';
  // Only Linux answers on all of 127/8 without set-up.
  return process.platform === 'linux' ? 'loopback' : 'single';
}

/** @throws UserError (3) for what this machine has too little of. Answers what may become tight. */
export function checkLimits(
  target: TargetChoice,
  plan: Plan,
  tallies: readonly Tally[],
  workers: number,
): readonly string[] {
  const network = connectionNetwork(networkFor(target), target, target.address?.host ?? '');
  const limits = readLimits(network);
  const way = { network, client: target.client };
  return requireLimits(needOf(plan, tallies, way, limits, workers), limits);
}
