// Which scenarios can be played here: what each one's plan asks for, held against what was measured and
// what is installed.
import { isModest, outlookOf } from '../../calibration/forecast.ts';
import { demandOf } from '../../plan/demand.ts';
import { tallyPlan } from '../../plan/digest.ts';
import { makePlan } from '../../plan/plan.ts';
import { type LoadOptions, loadScenario } from '../../scenario/load.ts';
import type { TargetKind } from '../../scenario/scenario.ts';
import { postfixPrograms } from '../../target/postfix/needs.ts';
import { targetFor } from '../../target/registry.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { insideLaboratory, requireLaboratory } from '../../world/laboratory.ts';
import { checkLimits } from '../run/check-limits.ts';
import type { Prospect } from './diagnosis.ts';
import { type Obstacle, obstacle } from './examine.ts';

export interface Wish extends Pick<Prospect, 'scenario' | 'target' | 'demand'> {
  /** Of all variants: they say what must be installed. */
  readonly tunings?: readonly Tuning[];
  /** What in its target's configuration would spoil a run. */
  readonly traps?: readonly string[];
  /** What this machine has too little of for it. */
  readonly shortage?: Obstacle | undefined;
}

/** As `run` takes them. */
export type Aim = Pick<LoadOptions, 'target' | 'config'>;

/** @throws UserError (2) for what is no scenario */
export function readWish(nameOrPath: string, workers: number, options: Aim = {}): Wish {
  const scenario = loadScenario(nameOrPath, options);
  const plan = makePlan(scenario);
  const tallies = tallyPlan(plan);
  const sessions = tallies.map((tally) => tally.sessions);
  const tunings = scenario.variants.map(({ tuning }) => tuning);
  const target = targetFor(scenario.target);
  const { client } = scenario.target;
  const traps = trapsOf(
    scenario.variants.map(({ name, tuning }) => ({
      name,
      traps: target.foreseeTraps?.(tuning, client) ?? [],
    })),
  );
  return {
    scenario: nameOrPath,
    target: scenario.target.kind,
    tunings,
    ...(traps.length > 0 && { traps }),
    demand: demandOf(plan, sessions),
    shortage: obstacle(() => {
      for (const tuning of tunings) target.examine?.(tuning);
      checkLimits(scenario.target, plan, tallies, workers);
    }),
  };
}

/** Each sentence once, with the variants whose configuration has that trap; a lone variant needs no name. */
function trapsOf(
  variants: readonly { readonly name: string; readonly traps: readonly string[] }[],
): string[] {
  const sentences = new Set(variants.flatMap(({ traps }) => traps));
  return [...sentences].map((sentence) => {
    if (variants.length === 1) return sentence;
    const caught = variants.filter(({ traps }) => traps.includes(sentence));
    const who =
      caught.length === variants.length
        ? 'all variants'
        : caught.map(({ name }) => name).join(', ');
    return `${who}: ${sentence}`;
  });
}

/** @param limit sessions a second that the generator holds; undefined: nobody has measured it */
export function judgeWish(
  { shortage, tunings = [], ...wish }: Wish,
  limit: number | undefined,
  workers: number,
  obstacleTo: (wish: Wish) => Obstacle | undefined = findObstacle,
): Prospect {
  const measured = limit === undefined ? {} : { limit };
  const found = obstacleTo({ ...wish, tunings }) ?? shortage;
  if (found) {
    const parts = [found.message.replace(/\.$/, ''), found.hint];
    const reason = parts.filter((text) => text !== undefined).join('. ');
    return { ...wish, ...measured, state: 'impossible', reason };
  }
  const { perSecond } = wish.demand;
  if (limit === undefined) {
    return { ...wish, state: isModest(perSecond, workers) ? 'plays' : 'unknown' };
  }
  const outlook = outlookOf(perSecond, { perSecond: limit });
  const state = { within: 'plays', close: 'close', beyond: 'too-fast', modest: 'plays' } as const;
  return { ...wish, limit, state: state[outlook] };
}

/** What a run would refuse to begin for. */
function findObstacle({ target, tunings }: Wish): Obstacle | undefined {
  const needs: Readonly<Record<TargetKind, () => void>> = {
    embedded: () => undefined,
    external: () => undefined,
    postfix: () => {
      if (!insideLaboratory()) requireLaboratory(postfixPrograms(tunings));
    },
  };
  return obstacle(needs[target]);
}
