// Outcome rows made by hand, as a worker writes them: a recorder's input without an engine.
import { COLUMN, type OutcomeBatch, RETRY, STRIDE } from '../../src/engine/outcome.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { END_STATES, type EndState, STAGES, type Stage } from '../../src/smtp/stage.ts';
import { type Changes, smallScenario } from '../plan/small-scenario.ts';

export const LEGIT = 0;
export const BOUNCERS = 1;

/** Warm-up to 500 ms, calm to 1500, storm to 3500, recovery to 4000. */
export function smallPlan(changes: Changes = {}): Plan {
  return makePlan(smallScenario(changes));
}

export function recorderOf(hasSink = true, plan = smallPlan()): Recorder {
  const recorder = new Recorder(plan, hasSink);
  recorder.begin(0);
  return recorder;
}

export interface RowFacts {
  readonly actor: number;
  readonly state: EndState;
  readonly index?: number;
  readonly attempt?: number;
  readonly stage?: Stage;
  readonly code?: number;
  /** Subject × 1000 + detail + 1 of an enhanced status code. */
  readonly enhanced?: number;
  /** When this attempt was due, ms from the run's start. */
  readonly intended: number;
  /** When the first one was; as `intended` unless given. */
  readonly origin?: number;
  /** When its wait for a place at its host ended. */
  readonly turn?: number;
  /** NaN: never. */
  readonly started?: number;
  readonly ended?: number;
  readonly decided?: number;
  readonly bytesIn?: number;
  readonly bytesOut?: number;
  readonly retry?: keyof typeof RETRY;
  /** Whatever else a row tells, over the facts above. */
  readonly columns?: Partial<Record<keyof typeof COLUMN, number>>;
  /** Command and last reply of a stage, ms from the run's start. */
  readonly marks?: Partial<Record<Stage, readonly [number, number]>>;
}

export function batchOf(facts: readonly RowFacts[]): OutcomeBatch {
  const rows = new Float64Array(facts.length * STRIDE).fill(Number.NaN);
  facts.forEach((fact, i) => {
    const at = i * STRIDE;
    const { intended, started = intended, ended = started, decided = ended } = fact;
    const columns = {
      actor: fact.actor,
      index: fact.index ?? i,
      attempt: fact.attempt ?? 0,
      intended,
      origin: fact.origin ?? intended,
      turn: fact.turn ?? Number.NaN,
      started,
      ended,
      decided,
      state: END_STATES.indexOf(fact.state),
      stage: STAGES.indexOf(fact.stage ?? 'connect'),
      code: fact.code ?? 0,
      enhanced: fact.enhanced ?? 0,
      bytesIn: fact.bytesIn ?? 0,
      bytesOut: fact.bytesOut ?? 0,
      retry: RETRY[fact.retry ?? 'none'],
      recipients: 1,
      dead: 0,
      asked: fact.stage === 'rcpt' || fact.stage === 'body' ? 1 : 0,
      taken: fact.state === 'accepted' ? 1 : 0,
      denied: fact.state === 'rejected' && fact.stage === 'rcpt' ? 1 : 0,
      nullPath: 0,
      tls: 0,
      ...fact.columns,
    };
    for (const [name, value] of Object.entries(columns)) {
      rows[at + COLUMN[name as keyof typeof columns]] = value;
    }
    for (const [stage, [command, reply]] of Object.entries(fact.marks ?? {})) {
      const mark = at + COLUMN.marks + STAGES.indexOf(stage as Stage) * 2;
      rows[mark] = command;
      rows[mark + 1] = reply;
    }
  });
  return { rows, count: facts.length, refusals: refusalsOf(facts) };
}

function refusalsOf(facts: readonly RowFacts[]): Record<number, number> {
  const refusals: Record<number, number> = {};
  for (const { stage, code = 0 } of facts) {
    if (stage === 'rcpt' && code >= 400) refusals[code] = (refusals[code] ?? 0) + 1;
  }
  return refusals;
}

/** `count` rows that are alike but for their index. */
export function many(count: number, fact: RowFacts): RowFacts[] {
  return Array.from({ length: count }, (_, index) => ({ ...fact, index }));
}
