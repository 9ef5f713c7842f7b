// A campaign for the recorder: sessions with their attempts, made up but such as a run has them, dealt
// to workers as the engine deals them and cut into the messages that workers send.
import fc from 'fast-check';
import type { OutcomeBatch } from '../../src/engine/outcome.ts';
import type { Recorder } from '../../src/record/recorder.ts';
import { type EndState, STAGES, type Stage } from '../../src/smtp/stage.ts';
import { BOUNCERS, batchOf, LEGIT, type RowFacts } from './rows.ts';

/** One thing that reaches the recorder. Those of one source come in order, those of several cross. */
type Message = (recorder: Recorder) => void;

const ENDS: readonly (readonly [EndState, Stage, number, number])[] = [
  ['accepted', 'body', 250, 0],
  ['rejected', 'rcpt', 550, 1002],
  ['rejected', 'rcpt', 554, 7002],
  ['rejected', 'mail', 550, 0],
  ['deferred', 'rcpt', 450, 2001],
  ['timedOut', 'banner', 0, 0],
  ['dropped', 'data', 0, 0],
  ['refused', 'connect', 0, 0],
  ['cut', 'connect', 0, 0],
];

const end = fc.record({
  how: fc.constantFrom(...ENDS),
  lagMs: fc.double({ min: 0, max: 40, noNaN: true }),
  stepMs: fc.double({ min: 0.001, max: 700, noNaN: true }),
  gapMs: fc.integer({ min: 0, max: 900 }),
  bytes: fc.integer({ min: 0, max: 5000 }),
});

const session = fc.record({
  actor: fc.constantFrom(LEGIT, BOUNCERS),
  host: fc.nat(30),
  dueMs: fc.double({ min: 0, max: 3990, noNaN: true }),
  idle: fc.constantFrom(undefined, undefined, undefined, 'unsent', 'withheld', 'averted'),
  attempts: fc.array(end, { minLength: 1, maxLength: 3 }),
  recipients: fc.integer({ min: 1, max: 4 }),
  arrivals: fc.array(fc.double({ min: 0, max: 3000, noNaN: true }), { maxLength: 5 }),
});
export type Session = typeof session extends fc.Arbitrary<infer Value> ? Value : never;

export const campaign = fc.array(session, { minLength: 1, maxLength: 60 });

/** In which order the sources are heard, and how many rows a batch has. */
export const delivery = fc.record({
  heard: fc.array(fc.nat(4), { maxLength: 120 }),
  batchRows: fc.integer({ min: 1, max: 9 }),
});
type Delivery = typeof delivery extends fc.Arbitrary<infer Value> ? Value : never;

interface Row {
  readonly host: number;
  readonly facts: RowFacts;
}

/** Has the recorder hear the sources in any order that keeps what each of them says in order. */
export function play(
  recorder: Recorder,
  sessions: readonly Session[],
  shards: number,
  { heard, batchRows }: Delivery,
): void {
  const rows = sessions.flatMap((one, index) => rowsOf(one, index));
  const lastMs = Math.max(...rows.map(({ facts }) => facts.ended ?? 0));
  const sources = [arrivalsOf(sessions)];
  for (let shard = 0; shard < shards; shard += 1) {
    // Of a simulated host all sessions fall to the same worker: see Job.
    const own = rows.filter(({ host }) => host % shards === shard).map(({ facts }) => facts);
    sources.push(messagesOf(shard, own.sort(byEnd), batchRows, lastMs));
  }
  for (const number of heard) sources[number % sources.length]?.shift()?.(recorder);
  for (const source of sources) for (const message of source) message(recorder);
}

function rowsOf(one: Session, index: number): Row[] {
  const { actor, host, dueMs, idle, attempts, recipients } = one;
  const base = { actor, index, origin: dueMs };
  if (idle) {
    const facts = { ...base, state: idle, intended: dueMs, started: Number.NaN, ended: dueMs };
    return [{ host, facts }];
  }
  let intended = dueMs;
  return attempts.map(({ how, lagMs, stepMs, gapMs, bytes }, attempt) => {
    const [state, stage, code, enhanced] = how;
    const started = intended + lagMs;
    const reached = STAGES.slice(0, STAGES.indexOf(stage) + 1);
    const ended = started + stepMs * reached.length;
    const facts: RowFacts = {
      ...base,
      ...{ attempt, state, stage, code, enhanced, intended, started, ended },
      retry: attempt + 1 < attempts.length ? 'within' : 'none',
      bytesIn: bytes,
      bytesOut: bytes * 2,
      marks: Object.fromEntries(
        reached.map((name, i) => [name, [started + stepMs * i, started + stepMs * (i + 1)]]),
      ),
      columns: { recipients, dead: recipients > 2 ? 1 : 0 },
    };
    intended = ended + gapMs;
    return { host, facts };
  });
}

function byEnd({ ended: a = 0 }: RowFacts, { ended: b = 0 }: RowFacts): number {
  return a - b;
}

/** Batches of rows as sessions end, and each second how many are in flight and how late they began. */
function messagesOf(
  worker: number,
  rows: readonly RowFacts[],
  batchRows: number,
  lastMs: number,
): Message[] {
  const messages: Message[] = [];
  for (let from = 0; from < rows.length; from += batchRows) {
    const batch: OutcomeBatch = batchOf(rows.slice(from, from + batchRows));
    messages.push((recorder) => recorder.outcomes(batch));
  }
  for (let second = 0; second * 1000 <= lastMs + 1000; second += 1) {
    const atMs = second * 1000 + 900;
    const begun = rows.filter(({ started = Number.NaN }) => started <= atMs);
    const open = begun.filter(({ ended = 0 }) => ended > atMs).length;
    const fresh = begun.filter(({ started = 0 }) => started > atMs - 1000);
    const lagMs = Math.max(0, ...fresh.map(({ started = 0, intended }) => started - intended));
    const report: Message = (recorder) =>
      recorder.progress(worker, fresh.length, lagMs, open, atMs);
    messages.splice(Math.min(messages.length, second * 2), 0, report);
  }
  return messages;
}

/** What the sink tells: legitimate mail in the order of its arrival, copies and early ones included. */
function arrivalsOf(sessions: readonly Session[]): Message[] {
  return sessions
    .flatMap(({ actor, dueMs, arrivals }, index) =>
      actor === LEGIT ? arrivals.map((after) => ({ index, atMs: dueMs + after })) : [],
    )
    .sort((a, b) => a.atMs - b.atMs)
    .map(
      ({ index, atMs }) =>
        (recorder) =>
          recorder.delivered(`${LEGIT}-${index}`, atMs),
    );
}
