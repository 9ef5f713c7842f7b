// Conducts a whole run: prepares, plays every variant in turn, and writes what came of it.
import { availableParallelism } from 'node:os';
import type { ActorKind, Material } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import { EXIT, type ExitCode, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { planDigest, type Tally, tallyPlan } from '../../plan/digest.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import type { Network } from '../../plan/source-address.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { insideLaboratory } from '../../world/laboratory.ts';
import { setUpLaboratory } from '../../world/laboratory-setup.ts';
import type { Assignment } from './assignment.ts';
import type { Played } from './course.ts';
import { Dossier } from './dossier.ts';
import { Interrupt } from './interrupt.ts';
import { exitOf } from './judge.ts';
import { connectionNetwork, needOf, requireLimits } from './limits.ts';
import { playVariant } from './play.ts';
import { Presenter } from './presenter.ts';
import { readLimits } from './read-limits.ts';

/** Everything that stays the same from run to run. */
interface Stage {
  readonly assignment: Assignment;
  readonly plan: Plan;
  readonly tallies: readonly Tally[];
  readonly materials: readonly Material[];
  readonly interrupt: Interrupt;
  readonly dossier: Dossier;
  readonly presenter: Presenter;
}

/** Answers the exit code. @throws UserError for what stands in the way before or during the run. */
export async function conduct(assignment: Assignment): Promise<ExitCode> {
  const { scenario, options } = assignment;
  if (scenario.target.address) await admitTarget(scenario.target.address.host);
  const plan = makePlan(scenario);
  const tallies = tallyPlan(plan);
  const tight = checkLimits(assignment, plan, tallies);
  const dossier = new Dossier(assignment, plan, tallies, planDigest(plan, tallies));
  dossier.requireRoom();
  const interrupt = new Interrupt();
  // Before the laboratory: a signal that comes while it is set up must find its handler.
  interrupt.take();
  const presenter = new Presenter(scenario, plan, dossier, options.json === true);
  try {
    presenter.warn(tight);
    if (insideLaboratory()) setUpLaboratory();
    const materials = await prepare(plan);
    await playUntilEnd({ assignment, plan, tallies, materials, interrupt, dossier, presenter });
    dossier.conclude();
  } finally {
    presenter.close();
    interrupt.release();
  }
  const exit =
    interrupt.level > 0
      ? { code: EXIT.interrupted, meaning: 'interrupted: what was measured until then is written' }
      : exitOf(dossier.result());
  presenter.conclude(exit);
  return exit.code;
}

/** @throws UserError (3) for what this machine has too little of; answers what may become tight. */
function checkLimits(
  { scenario, options }: Assignment,
  plan: Plan,
  tallies: readonly Tally[],
): readonly string[] {
  const { target } = scenario;
  const network = connectionNetwork(networkOf(), target, target.address?.host ?? '');
  const limits = readLimits(network);
  const way = { network, client: target.client };
  const workers = options.workers ?? defaultWorkers();
  return requireLimits(needOf(plan, tallies, way, limits, workers), limits);
}

async function prepare(plan: Plan): Promise<Material[]> {
  const materials: Material[] = [];
  for (const planned of plan.actors) {
    const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
    materials.push(await kind.prepare(plan, planned));
  }
  return materials;
}

/** Ctrl-C reaches a target that is still starting, too: then it is no fault that it did not start. */
async function playUntilEnd(stage: Stage): Promise<void> {
  try {
    await playAll(stage);
  } catch (cause) {
    if (stage.interrupt.level === 0 || !(cause instanceof UserError)) throw cause;
  }
}

async function playAll(stage: Stage): Promise<void> {
  const { scenario } = stage.assignment;
  const of = scenario.repeat * scenario.variants.length;
  let number = 0;
  for (let repeat = 1; repeat <= scenario.repeat; repeat += 1) {
    for (const variant of scenario.variants) {
      if (stage.interrupt.level > 0) return;
      number += 1;
      stage.presenter.begin({ variant: variant.name, repeat, number, of });
      const played = await playOne(stage, variant, repeat);
      requireWholePlan(stage, played);
      stage.dossier.add(variant.name, played);
      stage.presenter.end(played);
    }
  }
}

function playOne(
  stage: Stage,
  variant: Scenario['variants'][number],
  repeat: number,
): Promise<Played> {
  const { assignment, dossier, presenter } = stage;
  return playVariant({
    scenario: assignment.scenario,
    plan: stage.plan,
    materials: stage.materials,
    target: assignment.target,
    network: networkOf(),
    workers: assignment.options.workers ?? defaultWorkers(),
    variant,
    repeat,
    interrupt: stage.interrupt,
    onMoment: (moment) => presenter.update(moment),
    onPartial: (run) => dossier.keepPartial(run),
  });
}

/** What the workers scheduled, added up, must be the plan: else they measured something else. */
function requireWholePlan({ plan, tallies, interrupt }: Stage, { end }: Played): void {
  if (end.interrupted || interrupt.level > 0) return;
  const played = planDigest(plan, end.tallies);
  if (played !== planDigest(plan, tallies)) {
    throw new Error(`the workers played another plan (${played}) than was made`);
  }
}

/** The generator shares the machine with the target: it leaves a core, and takes four at most. */
function defaultWorkers(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
}

function networkOf(): Network {
  if (insideLaboratory()) return 'laboratory';
  // Only Linux answers on all of 127/8 without set-up.
  return process.platform === 'linux' ? 'loopback' : 'single';
}
