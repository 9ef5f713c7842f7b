// Conducts a whole run: prepares, plays every variant in turn, and writes what came of it.
import { nowMs } from '../../clock.ts';
import { EXIT, type ExitCode, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { type Demand, demandOf } from '../../plan/demand.ts';
import { planDigest, tallyPlan } from '../../plan/digest.ts';
import { makePlan } from '../../plan/plan.ts';
import { formatCrew } from '../../report/format.ts';
import type { Result } from '../../result/result.ts';
import type { Variant } from '../../scenario/scenario.ts';
import type { Assignment } from './assignment.ts';
import { checkLimits } from './check-limits.ts';
import { checkSamples } from './check-samples.ts';
import type { Played } from './course.ts';
import { Dossier } from './dossier.ts';
import { type Forecast, foresee, renderForecast } from './foresee.ts';
import { factsAgainst, gateExit, outcomesOf } from './gate.ts';
import { Interrupt } from './interrupt.ts';
import { exitOf } from './judge.ts';
import { openView } from './open-view.ts';
import { Presenter } from './presenter.ts';
import { onStage, playOne, type Stage } from './stage.ts';
import type { Swept } from './sweep.ts';

type Base = Omit<Stage, 'materials' | 'names'>;

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
  const stored = await readBaseline(assignment);
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
      : await conclusionOf(assignment, dossier.result(), stored);
  await presenter.conclude(exit);
  return exit.code;
}

/** @throws UserError (2) for what is no result, or one of another scenario. */
async function readBaseline({ inquiry, scenario }: Assignment): Promise<Result | undefined> {
  const path = inquiry?.gate?.baseline;
  if (path === undefined) return undefined;
  const { readResult } = await import('../../result/read-result.ts');
  const stored = readResult(path);
  if (stored.scenario === scenario.name && stored.seed === scenario.seed) return stored;
  throw new UserError(
    `${path} is of another scenario or seed: ${stored.scenario}, ${stored.seed}, not ${scenario.name}, ${scenario.seed}`,
    {
      exitCode: EXIT.usage,
      hint: 'Store a result of this scenario: `blowback run` or `gate` with --out.',
    },
  );
}

async function conclusionOf(
  { inquiry, scenario }: Assignment,
  result: Result,
  stored: Result | undefined,
) {
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
  const facts = stored && factsAgainst(stored, result);
  reportGate(inquiry.gate, scenario, result, { outcomes, facts });
  return gateExit(outcomes, facts, inquiry.gate.onInconclusive);
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
async function playUntilEnd(base: Base): Promise<void> {
  const { inquiry } = base.assignment;
  try {
    if (inquiry?.capacity) {
      const { searchCapacity } = await import('./capacity.ts');
      await searchCapacity(base, inquiry.capacity);
    } else if (base.assignment.sweep) await playSwept(base, base.assignment.sweep);
    else await onStage(base, playAll);
  } catch (cause) {
    if (base.interrupt.level === 0 || !(cause instanceof UserError)) throw cause;
  }
}

function playAll(stage: Stage): Promise<void> {
  return playTurns(stage, (variant, repeat) => playOne(stage, variant, repeat));
}

/** Each variant has a plan of its own. */
function playSwept(base: Base, swept: readonly Swept[]): Promise<void> {
  const { variants } = base.assignment.scenario;
  return playTurns(base, async (variant, repeat) => {
    const scenario = swept[variants.indexOf(variant)]?.scenario ?? base.assignment.scenario;
    const plan = makePlan(scenario);
    const tallies = tallyPlan(plan);
    checkLimits(scenario.target, plan, tallies, base.assignment.crew.workers);
    base.presenter.follow(plan);
    let played: Played | undefined;
    const own = { ...base, assignment: { ...base.assignment, scenario }, plan, tallies };
    await onStage(own, async (stage) => {
      played = await playOne(stage, variant, repeat);
    });
    if (!played) throw new Error('nothing was played');
    return played;
  });
}

async function playTurns(
  { dossier, presenter, assignment, interrupt }: Base,
  play: (variant: Variant, repeat: number) => Promise<Played>,
): Promise<void> {
  const { programme } = dossier;
  const startedMs = nowMs();
  for (let number = 1; interrupt.level === 0; number += 1) {
    const turn = programme.next(dossier.measured, (nowMs() - startedMs) / 1000);
    const variant = assignment.scenario.variants.find(({ name }) => name === turn?.variant);
    if (!turn || !variant) return;
    const { repeat } = turn;
    presenter.begin({ variant: variant.name, repeat, number, of: programme.planned });
    const played = await play(variant, repeat);
    dossier.add(variant.name, played);
    presenter.end(played);
  }
}
