// Which scenarios can be played here: what each one's plan asks for, held against what was measured and
// what is installed.
import { isModest, outlookOf } from '../../calibration/forecast.ts';
import { demandOf } from '../../plan/demand.ts';
import { tallyPlan } from '../../plan/digest.ts';
import { makePlan } from '../../plan/plan.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { TargetKind } from '../../scenario/scenario.ts';
import { postfixPrograms } from '../../target/postfix/needs.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { insideLaboratory, requireLaboratory } from '../../world/laboratory.ts';
import { checkLimits } from '../run/check-limits.ts';
import type { Prospect } from './diagnosis.ts';
import { type Obstacle, obstacle } from './examine.ts';

export interface Wish extends Pick<Prospect, 'scenario' | 'target' | 'demand'> {
  /** Of all variants: they say what must be installed. */
  readonly tunings?: readonly Tuning[];
  /** What this machine has too little of for it. */
  readonly shortage?: Obstacle | undefined;
}

/** @throws UserError (2) for what is no scenario */
export function readWish(nameOrPath: string, workers: number): Wish {
  const scenario = loadScenario(nameOrPath);
  const plan = makePlan(scenario);
  const tallies = tallyPlan(plan);
  const sessions = tallies.map((tally) => tally.sessions);
  return {
    scenario: nameOrPath,
    target: scenario.target.kind,
    tunings: scenario.variants.map(({ tuning }) => tuning),
    demand: demandOf(plan, sessions),
    shortage: obstacle(() => checkLimits(scenario.target, plan, tallies, workers)),
  };
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
    const reason = [found.message, found.hint].filter((text) => text !== undefined).join('. ');
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
