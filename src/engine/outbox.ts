// Gathers outcome rows and what the live view shows, and posts them in batches: ten messages a second,
// whatever the rate.
import { END_STATES } from '../smtp/stage.ts';
import type { Attempt } from './attempt.ts';
import type { FromWorker, Rows } from './job.ts';
import { COLUMN, RETRY, STRIDE } from './outcome.ts';
import type { PlayedSession } from './played-session.ts';

const BATCH_ROWS = 512;
/** Batches kept for their next use: a few are under way while the other side is busy. */
const SPARES = 4;

export type Post = (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;

export class Outbox {
  private readonly post: Post;
  private readonly recording: boolean;
  private rows: Rows = emptyBatch();
  private readonly spares: Rows[] = [];
  private count = 0;
  private refusals: Record<number, number> = {};
  private started = 0;
  private lagMaxMs = 0;
  private inFlight = 0;
  private faults: Record<string, number> | undefined;

  constructor(post: Post, recording: boolean) {
    this.post = post;
    this.recording = recording;
  }

  noteStart(lagMs: number): void {
    this.started += 1;
    this.inFlight += 1;
    this.lagMaxMs = Math.max(this.lagMaxMs, lagMs);
  }

  /** A session that this machine could not open, by the error's code. */
  addFault(code: string): void {
    this.faults ??= {};
    this.faults[code] = (this.faults[code] ?? 0) + 1;
  }

  /** The end of a session; `startMs` is the run's start on the machine's clock. */
  addEnd(session: PlayedSession, startMs: number, endedMs: number, retry: number): void {
    this.inFlight -= 1;
    if (!this.recording) return;
    session.addRefusals(this.refusals);
    session.writeRow(this.rows, this.count * STRIDE, startMs, endedMs, retry);
    this.added();
  }

  /**
   * An attempt that did not start: the in-flight limit was reached, the sender's own rule forbade it, an
   * SPF record left it nothing to answer, or the run ended in its host's line.
   */
  addIdle(attempt: Attempt, state: 'unsent' | 'withheld' | 'averted' | 'cut', nowMs: number): void {
    if (!this.recording) return;
    const at = this.count * STRIDE;
    this.rows.fill(Number.NaN, at, at + STRIDE);
    this.rows.fill(0, at, at + COLUMN.marks);
    this.rows[at + COLUMN.actor] = attempt.actor;
    this.rows[at + COLUMN.index] = attempt.index;
    this.rows[at + COLUMN.attempt] = attempt.attempt;
    this.rows[at + COLUMN.intended] = attempt.dueMs;
    this.rows[at + COLUMN.origin] = attempt.originMs;
    this.rows[at + COLUMN.turn] = attempt.turnMs ?? Number.NaN;
    this.rows[at + COLUMN.started] = Number.NaN;
    this.rows[at + COLUMN.ended] = nowMs;
    this.rows[at + COLUMN.state] = END_STATES.indexOf(state);
    this.rows[at + COLUMN.retry] = RETRY.later;
    this.added();
  }

  flush(): void {
    const { rows, count, refusals, started, lagMaxMs, inFlight, faults } = this;
    this.rows = this.spares.pop() ?? emptyBatch();
    this.count = 0;
    this.refusals = {};
    this.started = 0;
    this.lagMaxMs = 0;
    this.faults = undefined;
    const news = { rows, count, refusals, started, lagMaxMs, inFlight };
    this.post({ type: 'progress', ...news, ...(faults && { faults }) }, [rows.buffer]);
  }

  /**
   * A batch that was read. What is not given back waits for the main thread's collector: 8 to 42 MB, up
   * and down, measured over 100,000 sessions, against 8 to 9; and a row costs 0.29 µs, not 0.45.
   */
  takeBack(rows: Rows): void {
    if (this.spares.length < SPARES) this.spares.push(rows);
  }

  private added(): void {
    this.count += 1;
    if (this.count === BATCH_ROWS) this.flush();
  }
}

function emptyBatch(): Rows {
  return new Float64Array(BATCH_ROWS * STRIDE);
}
