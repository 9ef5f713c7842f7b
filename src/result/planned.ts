// How many sessions the plan holds for each actor in each phase: first attempts, whatever became of them.
import { type Plan, phaseAt, sessionsOf } from '../plan/plan.ts';
import { PHASES, type Phase } from '../scenario/scenario.ts';

/** The result is made anew each second, the plan never changes: it is walked once. */
const walked = new WeakMap<Plan, readonly (readonly number[])[]>();

export function plannedSessions(
  plan: Plan,
  actors: readonly number[],
  phases: readonly Phase[],
): number {
  let counts = walked.get(plan);
  if (!counts) {
    counts = walk(plan);
    walked.set(plan, counts);
  }
  let sum = 0;
  for (const actor of actors) {
    for (const phase of phases) sum += counts[actor]?.[PHASES.indexOf(phase)] ?? 0;
  }
  return sum;
}

function walk(plan: Plan): number[][] {
  return plan.actors.map((planned) => {
    const counts = PHASES.map(() => 0);
    for (const { intendedMs } of sessionsOf(plan, planned)) {
      const phase = PHASES.indexOf(phaseAt(plan.spans, intendedMs));
      counts[phase] = (counts[phase] ?? 0) + 1;
    }
    return counts;
  });
}
