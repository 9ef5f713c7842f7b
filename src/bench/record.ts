// What recording a session costs on the main thread, and whether its memory stays flat: `record.js
// <sessions>`, a process of its own. Takes in ready-made rows of rejected bounces, then of accepted
// real mail, and prints one line of JSON. What the workers spend on writing rows is not in it.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { steadyPlan, stormPlan } from '../calibration/load-plan.ts';
import { COLUMN, type OutcomeBatch, STRIDE } from '../engine/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import { normal, uniform } from '../plan/random.ts';
import { Recorder } from '../record/recorder.ts';
import { END_STATES, STAGES, type Stage } from '../smtp/stage.ts';

const BATCH_ROWS = 512;
/** Different rows, played over and over: more than the processor's caches can learn by heart. */
const BATCHES = 16;
const PER_SECOND = 2000;
/** From here on nothing may grow any more. */
const SETTLED = 50_000;

interface Shape {
  readonly state: (typeof END_STATES)[number];
  readonly stage: Stage;
  readonly code: number;
  /** Subject × 1000 + detail + 1, see COLUMN.enhanced. */
  readonly enhanced: number;
  readonly stages: readonly Stage[];
  readonly bytesOut: number;
}

const REJECTED: Shape = {
  state: 'rejected',
  stage: 'rcpt',
  code: 550,
  enhanced: 1002,
  stages: ['connect', 'banner', 'helo', 'mail', 'rcpt', 'quit'],
  bytesOut: 120,
};
const ACCEPTED: Shape = {
  state: 'accepted',
  stage: 'body',
  code: 250,
  enhanced: 0,
  stages: ['connect', 'banner', 'helo', 'mail', 'rcpt', 'data', 'body', 'quit'],
  bytesOut: 4500,
};

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Rows as a worker writes them; `index` and the times are moved on before each use. */
function makeBatch(shape: Shape, number: number): OutcomeBatch {
  const rows = new Float64Array(BATCH_ROWS * STRIDE).fill(Number.NaN);
  for (let i = 0; i < BATCH_ROWS; i += 1) {
    const at = i * STRIDE;
    const draw = number * BATCH_ROWS + i;
    const intended = i / (PER_SECOND / 1000);
    let clock = intended + uniform(1, 1, draw);
    rows.fill(0, at, at + COLUMN.marks);
    rows[at + COLUMN.turn] = Number.NaN;
    rows[at + COLUMN.intended] = intended;
    rows[at + COLUMN.origin] = intended;
    rows[at + COLUMN.started] = clock;
    for (const stage of shape.stages) {
      const mark = at + COLUMN.marks + STAGES.indexOf(stage) * 2;
      rows[mark] = clock;
      // Log-normal, 3 ms in the middle: a server has good moments and bad ones.
      clock += 3 * Math.exp(normal(uniform(1, 2, draw, mark), uniform(1, 3, draw, mark)));
      rows[mark + 1] = clock;
      if (stage === shape.stage) rows[at + COLUMN.decided] = clock;
    }
    rows[at + COLUMN.ended] = clock;
    rows[at + COLUMN.state] = END_STATES.indexOf(shape.state);
    rows[at + COLUMN.stage] = STAGES.indexOf(shape.stage);
    rows[at + COLUMN.code] = shape.code;
    rows[at + COLUMN.enhanced] = shape.enhanced;
    rows[at + COLUMN.bytesIn] = 300 + (draw % 7);
    rows[at + COLUMN.bytesOut] = shape.bytesOut;
    rows[at + COLUMN.recipients] = 1;
    rows[at + COLUMN.asked] = 1;
    rows[at + COLUMN.taken] = shape.state === 'accepted' ? 1 : 0;
    rows[at + COLUMN.denied] = shape.state === 'rejected' ? 1 : 0;
    rows[at + COLUMN.nullPath] = shape.state === 'rejected' ? 1 : 0;
  }
  const refusals = shape.code >= 400 ? { [shape.code]: BATCH_ROWS } : {};
  return { rows, count: BATCH_ROWS, refusals };
}

/** The next sessions of the plan: their numbers and times follow on the last batch's. */
function moveOn({ rows, count }: OutcomeBatch, index: number, byMs: number): void {
  for (let i = 0; i < count; i += 1) {
    const at = i * STRIDE;
    rows[at + COLUMN.index] = index + i;
    for (const time of [COLUMN.intended, COLUMN.origin, COLUMN.started]) {
      rows[at + time] = (rows[at + time] as number) + byMs;
    }
    for (const time of [COLUMN.ended, COLUMN.decided]) {
      rows[at + time] = (rows[at + time] as number) + byMs;
    }
    for (let mark = COLUMN.marks; mark < STRIDE; mark += 1) {
      rows[at + mark] = (rows[at + mark] as number) + byMs;
    }
  }
}

function memory(): { heap: number; rss: number } {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, rss };
}

function measure(shape: Shape, plan: Plan, sessions: number) {
  const recorder = new Recorder(plan, false);
  recorder.begin(0);
  const batches = Array.from({ length: BATCHES }, (_, n) => makeBatch(shape, n));
  const movedOn = new Array<number>(BATCHES).fill(0);
  let settled = memory();
  let settledAt = 0;
  let spentUs = 0;
  let done = 0;
  for (let n = 0; done < sessions; n += 1) {
    const batch = batches[n % BATCHES] as OutcomeBatch;
    const atMs = (done / PER_SECOND) * 1000;
    moveOn(batch, done, atMs - (movedOn[n % BATCHES] as number));
    movedOn[n % BATCHES] = atMs;
    const cpu = process.cpuUsage();
    recorder.outcomes(batch);
    const { user, system } = process.cpuUsage(cpu);
    done += BATCH_ROWS;
    if (settledAt > 0) spentUs += user + system;
    else if (done >= Math.min(SETTLED, sessions / 2)) {
      settled = memory();
      settledAt = done;
    }
  }
  const end = memory();
  const counted = done - settledAt;
  return {
    us: spentUs / counted,
    heapBytes: (end.heap - settled.heap) / counted,
    rssBytes: (end.rss - settled.rss) / counted,
    heapGrowth: end.heap - settled.heap,
    rssGrowth: end.rss - settled.rss,
  };
}

const sessions = Number(process.argv[2] ?? 1_000_000);
const attack = measure(REJECTED, stormPlan(20_000).plan, sessions);
const legit = measure(ACCEPTED, steadyPlan({ perSecond: PER_SECOND, seconds: 86_400 }), sessions);
console.log(JSON.stringify({ attack, legit }));
