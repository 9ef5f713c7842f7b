// Which storm is made bigger and smaller, and the scenario that has it so.
import { EXIT, UserError } from '../../errors.ts';
import { peakRate, scaleRate } from '../../scenario/scale-rate.ts';
import type { Actor, Scenario } from '../../scenario/scenario.ts';
import type { CapacityOrder } from './assignment.ts';

/** Whose rates are scaled. */
export interface StormKind {
  readonly name: string;
  readonly actors: ReadonlySet<string>;
  /** Sessions a second where the scenario's own storm is highest. */
  readonly peak: number;
}

/** @throws UserError (2) where there is nothing to scale. */
export function stormOf({ actors, goal, name }: Scenario, { actor }: CapacityOrder): StormKind {
  if (goal.length === 0) {
    throw new UserError(`${name} has no goal: nothing says what surviving means`, {
      exitCode: EXIT.usage,
      hint: 'Add one, such as `goal: [legit.lost == 0, legit.latency.p95 < 3s in storm]`.',
    });
  }
  const attackers = actors.filter(({ kind }) => kind !== 'legit');
  const chosen = actor === undefined ? attackers : actors.filter((one) => one.name === actor);
  if (chosen.length === 0) {
    const names = attackers.map((one) => `actors.${one.name}.rate`).join(', ');
    throw new UserError(
      actor === undefined ? `${name} has no attackers` : `--of: no actor is named ${actor}`,
      { exitCode: EXIT.usage, hint: `Expected one of ${names || 'an attacker to be there'}.` },
    );
  }
  const trace = chosen.find(({ rate }) => peakRate(rate) === undefined);
  if (trace) {
    throw new UserError(`the rate of ${trace.name} is a trace: it has no size to raise`, {
      exitCode: EXIT.usage,
    });
  }
  return {
    name: actor ?? (attackers.length === 1 ? (attackers[0]?.name ?? '') : 'all attackers'),
    actors: new Set(chosen.map((one) => one.name)),
    peak: chosen.reduce((sum, { rate }) => sum + (peakRate(rate) ?? 0), 0),
  };
}

/** With the rates goes how many sessions may be in flight: what limits the storm is the server. */
export function scaled(scenario: Scenario, { actors }: StormKind, size: number): Scenario {
  const scale = (actor: Actor): Actor => {
    const rate = actors.has(actor.name) ? scaleRate(actor.rate, size) : undefined;
    if (rate === undefined) return actor;
    const concurrency = Math.ceil(actor.concurrency * Math.max(1, size));
    return { ...actor, rate, concurrency };
  };
  return { ...scenario, actors: scenario.actors.map(scale) };
}
