// Conducts a whole run: prepares, plays every variant in turn, and writes what came of it.
import { nowMs } from '../../clock.ts';
import { EXIT, type ExitCode, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { type Demand, demandOf } from '../../plan/demand.ts';
import { planDigest, tallyPlan } from '../../plan/digest.ts';
import { makePlan } from '../../plan/plan.ts';
import { formatCrew } from '../../report/format.ts';
import type { Result } from '../../result/result.ts';
import type { Assignment } from './assignment.ts';
import { checkLimits } from './check-limits.ts';
import { checkSamples } from './check-samples.ts';
import { Dossier } from './dossier.ts';
import { type Forecast, foresee, renderForecast } from './foresee.ts';
import { gateExit, outcomesOf } from './gate.ts';
import { Interrupt } from './interrupt.ts';
import { exitOf } from './judge.ts';
import { openView } from './open-view.ts';
import { Presenter } from './presenter.ts';
import { onStage, playOne, type Stage } from './stage.ts';

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
  if (inquiry?.capacity && !isAnswered(result)) {
    return {
      code: EXIT.inconclusive,
      meaning: 'inconclusive: no variant has a limit that was found',
    };
  }
  // Nothing is expected to differ.
  if (inquiry?.self) return { code: EXIT.ok, meaning: 'done' } as const;
  if (!inquiry?.gate) return exitOf(result);
  const outcomes = outcomesOf(scenario.thresholds, result);
  const { reportGate } = await import('./report-gate.ts');
  reportGate(inquiry.gate, scenario, result, outcomes);
  return gateExit(outcomes, inquiry.gate.onInconclusive);
}

function isAnswered({ capacity }: Result): boolean {
  return (
    capacity?.variants.some(({ held, broke }) => held !== undefined || broke !== undefined) ?? false
  );
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

/** Ctrl-C reaches a target that is still starting, too: then it is no fault that it did not start. */
async function playUntilEnd(base: Omit<Stage, 'materials' | 'names'>): Promise<void> {
  const { inquiry } = base.assignment;
  try {
    if (inquiry?.capacity) {
      const { searchCapacity } = await import('./capacity.ts');
      await searchCapacity(base, inquiry.capacity);
    } else await onStage(base, playAll);
  } catch (cause) {
    if (base.interrupt.level === 0 || !(cause instanceof UserError)) throw cause;
  }
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
    dossier.add(variant.name, played);
    presenter.end(played);
  }
}
