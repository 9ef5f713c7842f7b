// Plays a small plan with the real engine (worker threads, sockets) and records it.
import type { Histogram } from 'hdr-histogram-js';
import type { ActorKind } from '../../src/actors/actor.ts';
import { ACTOR_KINDS } from '../../src/actors/registry.ts';
import { nowMs } from '../../src/clock.ts';
import { type Load, type LoadEnd, type RunningLoad, startLoad } from '../../src/engine/engine.ts';
import { STRIDE } from '../../src/engine/outcome.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import { MEASURES, type Measure } from '../../src/record/histograms.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { PHASES, type Phase, type Scenario } from '../../src/scenario/scenario.ts';
import type { EndState } from '../../src/smtp/stage.ts';

export interface Played {
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly end: LoadEnd;
  /** A row per session that ended, by the columns of engine/outcome.ts. */
  readonly rows: readonly Float64Array[];
  ended(state: EndState, actor?: string): number;
  /** Milliseconds. */
  quantile(measure: Measure, q: number, phase?: Phase): number;
}

export async function playAgainst(
  scenario: Scenario,
  target: { host: string; port: number },
  options: {
    workers?: number;
    overflow?: Load['overflow'];
    spfRecord?: Load['spfRecord'];
    onStart?: (load: RunningLoad, startMs: number) => void;
    onFaults?: (faults: Record<string, number>) => void;
  } = {},
): Promise<Played> {
  const plan = makePlan(scenario);
  const recorder = new Recorder(plan, false);
  const materials = await Promise.all(
    plan.actors.map((planned) => {
      const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
      return kind.prepare(plan, planned);
    }),
  );
  const rows: Float64Array[] = [];
  const load: RunningLoad = startLoad(
    {
      plan,
      materials,
      target,
      network: 'loopback',
      workers: options.workers ?? 1,
      overflow: options.overflow,
      spfRecord: options.spfRecord,
    },
    {
      onStart: (startMs) => {
        recorder.begin(startMs);
        options.onStart?.(load, startMs);
      },
      onFaults: (faults) => options.onFaults?.(faults),
      onOutcomes: (batch) => {
        recorder.outcomes(batch);
        for (let i = 0; i < batch.count; i += 1) {
          rows.push(batch.rows.slice(i * STRIDE, (i + 1) * STRIDE));
        }
      },
      onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
    },
  );
  const end = await load.done;
  const all = plan.actors.map(({ index }) => index);
  return {
    plan,
    recorder,
    end,
    rows,
    ended: (state, actor) =>
      recorder.counters.sessions(
        actor ? all.filter((i) => plan.actors[i]?.actor.name === actor) : all,
        PHASES,
        state,
      ),
    quantile: (measure, q, phase = 'storm') => {
      const sum: Histogram | undefined = recorder.histograms.sum(
        all,
        [PHASES.indexOf(phase)],
        MEASURES.indexOf(measure),
      );
      return (sum?.getValueAtPercentile(q * 100) ?? Number.NaN) / 1000;
    },
  };
}
