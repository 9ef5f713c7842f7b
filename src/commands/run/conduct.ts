// Conducts a whole run: prepares, plays every variant in turn, and writes what came of it.
import type { ActorKind, Material } from '../../actors/actor.ts';
import { ACTOR_KINDS } from '../../actors/registry.ts';
import { roamingHosts } from '../../actors/roaming.ts';
import { nowMs } from '../../clock.ts';
import { EXIT, type ExitCode, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { type Demand, demandOf } from '../../plan/demand.ts';
import { planDigest, type Tally, tallyPlan } from '../../plan/digest.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { formatCrew } from '../../report/format.ts';
import type { Result } from '../../result/result.ts';
import type { Beyond } from '../../result/trust.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { insideLaboratory } from '../../world/laboratory.ts';
import { zoneFacts } from '../../world/names/facts.ts';
import { type Names, startNames } from '../../world/names/server.ts';
import type { Assignment } from './assignment.ts';
import { checkLimits, networkFor } from './check-limits.ts';
import { checkSamples } from './check-samples.ts';
import type { Played } from './course.ts';
import { Dossier } from './dossier.ts';
import { type Forecast, foresee, renderForecast } from './foresee.ts';
import { gateExit, outcomesOf } from './gate.ts';
import { Interrupt } from './interrupt.ts';
import { exitOf } from './judge.ts';
import { openView } from './open-view.ts';
import { playVariant } from './play.ts';
import { Presenter } from './presenter.ts';

/** Everything that stays the same from run to run. */
interface Stage {
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

/** Answers the exit code. @throws UserError for what stands in the way before or during the run. */
export async function conduct(assignment: Assignment): Promise<ExitCode> {
  const { scenario, options, crew } = assignment;
  if (scenario.target.address) await admitTarget(scenario.target.address.host);
  const plan = makePlan(scenario);
  checkSamples(scenario, plan);
  const tallies = tallyPlan(plan);
  const tight = checkLimits(scenario.target, plan, tallies, crew.workers);
  const demand = demandOf(
    plan,
    tallies.map(({ sessions }) => sessions),
  );
  const dossier = new Dossier(assignment, plan, tallies, planDigest(plan, tallies));
  dossier.requireRoom();
  const interrupt = new Interrupt();
  interrupt.take();
  let presenter: Presenter | undefined;
  try {
    const forecast = await lookAhead(assignment, demand, interrupt);
    // Not before: what it draws would cover the warnings.
    const view = await openView(scenario);
    presenter = new Presenter(view, plan, dossier, options.json === true);
    presenter.warn(tight);
    await playUntilEnd({ assignment, plan, tallies, forecast, interrupt, dossier, presenter });
    await dossier.conclude();
  } finally {
    presenter?.close();
    interrupt.release();
  }
  const exit =
    interrupt.level > 0
      ? { code: EXIT.interrupted, meaning: 'interrupted: what was measured until then is written' }
      : await conclusionOf(assignment, dossier.result());
  await presenter.conclude(exit);
  return exit.code;
}

async function conclusionOf({ inquiry, scenario }: Assignment, result: Result) {
  if (!inquiry?.gate) return exitOf(result);
  const outcomes = outcomesOf(scenario.thresholds, result);
  const { reportGate } = await import('./report-gate.ts');
  reportGate(inquiry.gate, scenario, result, outcomes);
  return gateExit(outcomes, inquiry.gate.onInconclusive);
}

/** Tells what can be told beforehand: a warning stands in the very first line. */
async function lookAhead(
  { crew, stored }: Assignment,
  demand: Demand,
  interrupt: Interrupt,
): Promise<Forecast> {
  const forecast = await foresee(demand, crew.workers, stored, interrupt);
  for (const line of renderForecast(forecast)) console.error(line);
  console.error(formatCrew(crew.workers, crew.cores));
  return forecast;
}

async function prepare(plan: Plan): Promise<Material[]> {
  const materials: Material[] = [];
  for (const planned of plan.actors) {
    const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
    materials.push(await kind.prepare(plan, planned));
  }
  return materials;
}

/**
 * The name server and the first target start while the messages are made; the name server ends with the
 * last run. Ctrl-C reaches a target
 * that is still starting, too: then it is no fault that it did not start.
 */
async function playUntilEnd(stage: Omit<Stage, 'materials' | 'names'>): Promise<void> {
  const opening = openNames(stage.plan);
  const materials = prepare(stage.plan);
  // What is wrong with them is told where they are waited for.
  for (const made of [opening, materials]) made.catch(() => undefined);
  try {
    await playAll({ ...stage, materials, names: opening });
  } catch (cause) {
    if (stage.interrupt.level === 0 || !(cause instanceof UserError)) throw cause;
  } finally {
    await opening.then(
      (names) => names?.stop(),
      () => undefined,
    );
  }
}

async function openNames(plan: Plan): Promise<Names | undefined> {
  if (!insideLaboratory()) return undefined;
  return startNames(zoneFacts(plan, roamingHosts(plan)));
}

async function playAll(stage: Stage): Promise<void> {
  const { dossier, presenter, assignment } = stage;
  const { programme } = dossier;
  const startedMs = nowMs();
  for (let number = 1; stage.interrupt.level === 0; number += 1) {
    const turn = programme.next(dossier.measured, (nowMs() - startedMs) / 1000);
    const variant = assignment.scenario.variants.find(({ name }) => name === turn?.variant);
    if (!turn || !variant) return;
    const { repeat } = turn;
    presenter.begin({ variant: variant.name, repeat, number, of: programme.planned });
    const played = await playOne(stage, variant, repeat);
    requireWholePlan(stage, played);
    dossier.add(variant.name, played);
    presenter.end(played);
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
