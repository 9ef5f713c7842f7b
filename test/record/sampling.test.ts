// How a run looks at its target: one question at a time, placed when it was read.
import { expect, it } from 'vitest';
import type { ActorKind } from '../../src/actors/actor.ts';
import { ACTOR_KINDS } from '../../src/actors/registry.ts';
import { nowMs } from '../../src/clock.ts';
import { Interrupt } from '../../src/commands/run/interrupt.ts';
import { playVariant } from '../../src/commands/run/play.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Recorder } from '../../src/record/recorder.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { embedded } from '../../src/target/embedded/embedded.ts';
import type { Target } from '../../src/target/target.ts';
import { smallScenario } from '../plan/small-scenario.ts';

interface Look {
  readonly askedMs: number;
  answeredMs: number;
}

/** The embedded server, too busy to answer for longer than the time between two questions. */
function slowToAnswer(looks: Look[]): Target {
  return {
    ...embedded,
    start: async (site) => {
      const running = await embedded.start(site);
      return {
        ...running,
        sample: async () => {
          const look = { askedMs: nowMs(), answeredMs: Number.POSITIVE_INFINITY };
          looks.push(look);
          await new Promise((resolve) => setTimeout(resolve, 1300));
          look.answeredMs = nowMs();
          return { queue: looks.length };
        },
      };
    },
  };
}

async function play(scenario: Scenario, target: Target): Promise<Recorder> {
  const plan = makePlan(scenario);
  const materials = await Promise.all(
    plan.actors.map((planned) => {
      const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
      return kind.prepare(plan, planned);
    }),
  );
  const [variant] = scenario.variants;
  if (!variant) throw new Error('a scenario without variants');
  const recorders = new Set<Recorder>();
  await playVariant({
    scenario,
    plan,
    materials: Promise.resolve(materials),
    names: Promise.resolve(undefined),
    target,
    network: 'loopback',
    workers: 1,
    variant,
    repeat: 1,
    interrupt: new Interrupt(),
    onMoment: ({ recorder }) => recorders.add(recorder),
    onTraps: () => undefined,
    onPartial: () => undefined,
  });
  const [recorder] = recorders;
  if (!recorder) throw new Error('a run without a moment');
  return recorder;
}

it('a target that is slow to answer is asked again only after its answer, and placed before that', async () => {
  const looks: Look[] = [];
  const phases = { warmupMs: 0, calmMs: 2000, stormMs: 2000, recoveryMs: 0 };
  const scenario = smallScenario({ phases, roundTrip: 'off', bouncersPerSecond: 5 });
  const recorder = await play(scenario, slowToAnswer(looks));
  expect(looks.length).toBeGreaterThan(1);
  looks.slice(1).forEach(({ askedMs }, i) => {
    expect(askedMs).toBeGreaterThanOrEqual(looks[i]?.answeredMs ?? Number.NaN);
  });
  // The server itself adds what it says when it stops; that has no number of ours.
  const placed = recorder.timeline.samples.filter(({ cpuS }) => cpuS === undefined);
  expect(placed.length).toBeGreaterThan(1);
  for (const [i, { atMs }] of placed.entries()) {
    const { askedMs = Number.NaN, answeredMs = Number.NaN } = looks[i] ?? {};
    expect(atMs).toBeGreaterThan(recorder.sinceStart(askedMs));
    expect(atMs).toBeLessThan(recorder.sinceStart(answeredMs));
  }
});
