// Whether a run can have enough messages for the quantiles that its thresholds speak of: said before it begins.
import type { Plan } from '../../plan/plan.ts';
import { plannedSessions } from '../../result/planned.ts';
import { quantileOf } from '../../scenario/metrics.ts';
import { type Mistake, ScenarioError } from '../../scenario/mistake.ts';
import { type Gate, PHASES, type Phase, type Scenario } from '../../scenario/scenario.ts';
import { SAMPLES_BEYOND } from '../../verdict/pairs.ts';

const MEASURED: readonly Phase[] = PHASES.filter((phase) => phase !== 'warmup');

/** @throws ScenarioError (2) with the place of every threshold that could never be judged. */
export function checkSamples({ thresholds }: Scenario, plan: Plan): void {
  const mistakes = thresholds.flatMap((gate) => tooFew(gate, plan));
  if (mistakes.length > 0) throw new ScenarioError(mistakes);
}

function tooFew(gate: Gate, plan: Plan): Mistake[] {
  const q = quantileOf(gate.metric);
  const actors = actorsOf(gate.metric, plan);
  if (q === undefined || actors === undefined || gate.at === undefined) return [];
  const needed = Math.ceil(SAMPLES_BEYOND / (1 - q) - 1e-6);
  const { at } = gate;
  return (gate.phases.length === 0 ? [MEASURED] : gate.phases.map((phase) => [phase])).flatMap(
    (phases) => {
      const planned = plannedSessions(plan, actors, phases);
      if (planned >= needed) return [];
      const where = gate.phases.length === 0 ? 'in the whole run' : `in ${phases.join()}`;
      const message = `too few messages for ${gate.metric}: ${planned} are planned ${where}, a p${Math.round(q * 100)} needs ${needed}; expected a longer phase, a higher rate or a lower quantile`;
      return [{ at, message }];
    },
  );
}

/** Whose sessions a quantile rests on; undefined where that depends on the server, too. */
function actorsOf(metric: string, { actors }: Plan): readonly number[] | undefined {
  const [family, name] = metric.split('.');
  const own = actors.filter(({ actor }) => {
    if (family === 'actor') return actor.name === name;
    if (family === 'legit') return actor.kind === 'legit';
    return family === 'attack' && actor.kind !== 'legit';
  });
  return own.length > 0 ? own.map(({ index }) => index) : undefined;
}
