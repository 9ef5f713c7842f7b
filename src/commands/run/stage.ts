// A plan on its stage: what stays the same from run to run of it, and one run of one variant.
import type { ActorKind, Material } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import { roamingHosts } from '../../actors/roaming.ts';
import { planDigest, type Tally } from '../../plan/digest.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Beyond } from '../../result/trust.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { insideLaboratory } from '../../world/laboratory.ts';
import { zoneFacts } from '../../world/names/facts.ts';
import { type Names, startNames } from '../../world/names/server.ts';
import type { Assignment } from './assignment.ts';
import { networkFor } from './check-limits.ts';
import type { Played } from './course.ts';
import type { Dossier } from './dossier.ts';
import type { Forecast } from './foresee.ts';
import type { Interrupt } from './interrupt.ts';
import { playVariant } from './play.ts';
import type { Presenter } from './presenter.ts';

/** Everything that stays the same from run to run. */
export interface Stage {
  readonly assignment: Assignment;
  readonly plan: Plan;
  readonly tallies: readonly Tally[];
  readonly forecast: Forecast;
  readonly materials: Promise<readonly Material[]>;
  readonly interrupt: Interrupt;
  readonly dossier: Dossier;
  readonly presenter: Presenter;
  readonly names: Promise<Names | undefined>;
}

/**
 * The name server and the first target start while the messages are made; the name server ends with the last run.
 * What is wrong with either is told where it is waited for.
 */
export async function onStage(
  base: Omit<Stage, 'materials' | 'names'>,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const names = openNames(base.plan);
  const materials = prepare(base.plan);
  for (const made of [names, materials]) made.catch(() => undefined);
  try {
    await play({ ...base, materials, names });
  } finally {
    await names.then(
      (opened) => opened?.stop(),
      () => undefined,
    );
  }
}

async function prepare(plan: Plan): Promise<Material[]> {
  const materials: Material[] = [];
  for (const planned of plan.actors) {
    const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
    materials.push(await kind.prepare(plan, planned));
  }
  return materials;
}

async function openNames(plan: Plan): Promise<Names | undefined> {
  if (!insideLaboratory()) return undefined;
  return startNames(zoneFacts(plan, roamingHosts(plan)));
}

/** @throws Error when something else was played than was planned. */
export async function playOne(
  stage: Stage,
  variant: Scenario['variants'][number],
  repeat: number,
): Promise<Played> {
  const { assignment, dossier, presenter } = stage;
  const played = await playVariant({
    scenario: assignment.scenario,
    plan: stage.plan,
    materials: stage.materials,
    target: assignment.target,
    network: networkFor(assignment.scenario.target),
    workers: assignment.crew.workers,
    names: stage.names,
    beyond: beyondOf(stage.forecast),
    variant,
    repeat,
    interrupt: stage.interrupt,
    onTraps: (sentences) => presenter.warnOfTraps(variant.name, sentences),
    onMoment: (moment) => presenter.update(moment),
    onPartial: (run) => dossier.keepPartial(run),
  });
  requireWholePlan(stage, played);
  return played;
}

/** What the workers scheduled, added up, must be the plan: else they measured something else. */
function requireWholePlan({ plan, tallies, interrupt }: Stage, { end }: Played): void {
  if (end.interrupted || interrupt.level > 0) return;
  const played = planDigest(plan, end.tallies);
  if (played !== planDigest(plan, tallies)) {
    throw new Error(`the workers played another plan (${played}) than was made`);
  }
}

function beyondOf({ outlook, demand, limit }: Forecast): Beyond | undefined {
  if (outlook !== 'beyond' || !limit) return undefined;
  return { planned: demand.perSecond, limit: limit.perSecond };
}
