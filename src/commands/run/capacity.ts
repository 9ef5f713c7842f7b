// The biggest storm that each variant survives: storms of several sizes, each played as a run of its own.
import { nowMs } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { tallyPlan } from '../../plan/digest.ts';
import { makePlan } from '../../plan/plan.ts';
import type { Run, Storm, VariantCapacity } from '../../result/result.ts';
import type { Scenario, Variant } from '../../scenario/scenario.ts';
import { CapacitySearch } from '../../verdict/capacity-search.ts';
import { evaluateGates } from '../../verdict/evaluate.ts';
import type { CapacityOrder } from './assignment.ts';
import { checkLimits } from './check-limits.ts';
import type { Played } from './course.ts';
import { onStage, playOne, type Stage } from './stage.ts';
import { type StormKind, scaled, stormOf } from './storm.ts';

type Base = Omit<Stage, 'materials' | 'names'>;

/** With the messages that each needs. */
const QUANTILES = [
  ['p99', 1000],
  ['p95', 200],
  ['p90', 100],
  ['p50', 20],
] as const;

/** A search takes about so many storms: for the remaining time, before it is known. */
const USUAL_STORMS = 9;

/** Every variant's search in turn; the scenario's own storm of each is kept as its run. */
export async function searchCapacity(base: Base, order: CapacityOrder): Promise<void> {
  const { scenario } = base.assignment;
  const storm = stormOf(scenario, order);
  const startedMs = nowMs();
  const found: VariantCapacity[] = [];
  let number = 0;
  for (const [i, variant] of scenario.variants.entries()) {
    const search = new CapacitySearch();
    const storms: Storm[] = [];
    let ended: VariantCapacity['ended'] = 'interrupted';
    while (base.interrupt.level === 0) {
      const size = search.next();
      if (size === undefined || isOutOfTime(order, startedMs, number, scenario, i)) {
        ended = size === undefined ? 'found' : 'out-of-time';
        break;
      }
      number += 1;
      const left = scenario.variants.length - i - 1;
      const of = number + Math.max(1, USUAL_STORMS - storms.length - 1) + left * USUAL_STORMS;
      const next = await playStorm(base, {
        variant,
        size,
        storm,
        repeat: storms.length + 1,
        number,
        of,
      });
      if (base.interrupt.level > 0) break;
      storms.push(next);
      search.tell(size, next.outcome);
      found[i] = factsOf(variant, search, storm, storms, ended);
      base.dossier.keepCapacity({ of: storm.name, variants: found });
    }
    found[i] = factsOf(variant, search, storm, storms, ended);
    base.dossier.keepCapacity({ of: storm.name, variants: found });
  }
}

/** Each variant has its share of the time; what one leaves over is the others'. */
function isOutOfTime(
  { budgetS }: CapacityOrder,
  startedMs: number,
  played: number,
  { variants }: Scenario,
  index: number,
): boolean {
  if (budgetS === undefined || played === 0) return false;
  const elapsedS = (nowMs() - startedMs) / 1000;
  return elapsedS + elapsedS / played > (budgetS * (index + 1)) / variants.length;
}

interface StormOrder {
  readonly variant: Variant;
  readonly size: number;
  readonly storm: StormKind;
  readonly repeat: number;
  readonly number: number;
  readonly of: number;
}

async function playStorm(base: Base, order: StormOrder): Promise<Storm> {
  const { variant, size, storm, repeat, number, of } = order;
  const { assignment, presenter, dossier } = base;
  const scenario = scaled(assignment.scenario, storm, size);
  const plan = makePlan(scenario);
  const tallies = tallyPlan(plan);
  const rate = storm.peak * size;
  try {
    checkLimits(scenario.target, plan, tallies, assignment.crew.workers);
  } catch (cause) {
    // More than this machine has descriptors or ports for: no fault of the server's.
    if (!(cause instanceof UserError) || size <= 1) throw cause;
    return { rate, outcome: 'invalid', due: 0, delivered: 0, reason: cause.message };
  }
  const isOwn = size === 1 && dossier.measured.every((run) => run.variant !== variant.name);
  let played: Played | undefined;
  presenter.follow(plan);
  presenter.begin({ variant: `${variant.name} at ${Math.round(rate)}/s`, repeat, number, of });
  const staged = { ...base, assignment: { ...assignment, scenario }, plan, tallies };
  await onStage(staged, async (stage) => {
    // Of another storm nothing is kept but what came of it.
    played = await playOne(stage, variant, isOwn ? 1 : 0);
  });
  if (!played) throw new Error('nothing was played');
  presenter.end(played);
  if (isOwn) dossier.add(variant.name, played);
  return { rate, ...judgeStorm(scenario, played.run) };
}

function judgeStorm({ goal, phases }: Scenario, run: Run): Omit<Storm, 'rate'> {
  const of = (metric: string) =>
    run.metrics.find((one) => one.metric === metric && one.phase === 'storm');
  const seconds = phases.stormMs / 1000;
  const n = of('legit.sent')?.value ?? 0;
  const [quantile] = QUANTILES.find(([, least]) => n >= least) ?? [];
  const wait = quantile === undefined ? undefined : of(`legit.latency.${quantile}`);
  const facts = {
    due: (of('legit.sent')?.value ?? 0) / seconds,
    delivered: (of('legit.delivered')?.value ?? 0) / seconds,
    ...(wait && { wait: wait.value, quantile: quantile as string }),
    ...(wait?.censored && { censored: true }),
  };
  const fatal = run.warnings.find((warning) => warning.fatal);
  if (!run.valid)
    return { ...facts, outcome: 'invalid', reason: fatal?.text ?? 'not to be trusted' };
  const states = evaluateGates(goal, [run], run.variant);
  const missed = states.filter(({ state }) => state === 'missed').map(({ gate }) => gate.text);
  if (missed.length > 0) return { ...facts, outcome: 'broke', reason: missed.join('; ') };
  const none = states.find(({ state }) => state !== 'met');
  if (none) return { ...facts, outcome: 'invalid', reason: `no data for ${none.gate.text}` };
  return { ...facts, outcome: 'held' };
}

function factsOf(
  { name }: Variant,
  search: CapacitySearch,
  { peak }: StormKind,
  storms: readonly Storm[],
  ended: VariantCapacity['ended'],
): VariantCapacity {
  const { held, broke, invalid } = search.bracket;
  return {
    variant: name,
    ...(held !== undefined && { held: held * peak }),
    ...(broke !== undefined && { broke: broke * peak }),
    ...(invalid !== undefined && { invalid: invalid * peak }),
    ended,
    storms: [...storms],
  };
}
