// Counts of sessions by actor, phase, stage and end state, with their reply codes.

import { PHASES, type Phase } from '../scenario/scenario.ts';
import { END_STATES, type EndState, STAGES, type Stage } from '../smtp/stage.ts';

export interface Count {
  readonly actor: number;
  readonly phase: Phase;
  readonly stage: Stage;
  readonly state: EndState;
  sessions: number;
  /** By reply code and, where there is one, enhanced status code: `550 5.1.1`. */
  readonly replies: Map<string, number>;
}

/** What the started attempts of an actor add up to. */
export interface Starts {
  attempts: number;
  /** First attempts. */
  originals: number;
  bytesIn: number;
  bytesOut: number;
  hostWaits: number;
  /** Sessions that came to say a whole command. */
  spoke: number;
  /** Recipients that were asked for, and taken. */
  recipients: number;
  recipientsAccepted: number;
  /** Sessions that went on in TLS, and those that resumed an earlier one's. */
  tls: number;
  tlsResumed: number;
}

const NO_STARTS: Readonly<Starts> = {
  attempts: 0,
  originals: 0,
  bytesIn: 0,
  bytesOut: 0,
  hostWaits: 0,
  spoke: 0,
  recipients: 0,
  recipientsAccepted: 0,
  tls: 0,
  tlsResumed: 0,
};
/** Counted apart: attempts, one by one, and the waits of sessions that may never start. */
const START_KEYS = (Object.keys(NO_STARTS) as (keyof Starts)[]).filter(
  (key) => key !== 'attempts' && key !== 'hostWaits',
);

/** The class of an enhanced code is that of the reply (RFC 3463 §3). */
function replyName(code: number, enhanced: number): string {
  if (enhanced === 0) return String(code);
  const subjectAndDetail = enhanced - 1;
  const subject = Math.floor(subjectAndDetail / 1000);
  return `${code} ${Math.floor(code / 100)}.${subject}.${subjectAndDetail % 1000}`;
}

/** Sessions to which the server gave its final reply. */
export interface Decided {
  readonly all: number;
  readonly rejected: number;
}

export class Counters {
  private readonly cells = new Map<number, Count>();
  private readonly decisions: number[] = [];
  private readonly rejections: number[] = [];
  /** Attempts that were started, and first attempts among them, per actor × phase. */
  private readonly starts: Starts[] = [];
  /** Negative replies to RCPT by code, over all actors and phases. */
  readonly refusals = new Map<number, number>();

  add(
    actor: number,
    phase: number,
    stage: number,
    state: number,
    code: number,
    enhanced = 0,
  ): void {
    const key =
      ((actor * PHASES.length + phase) * STAGES.length + stage) * END_STATES.length + state;
    let cell = this.cells.get(key);
    if (!cell) {
      cell = {
        actor,
        phase: PHASES[phase] ?? 'warmup',
        stage: STAGES[stage] ?? 'connect',
        state: END_STATES[state] ?? 'cut',
        sessions: 0,
        replies: new Map(),
      };
      this.cells.set(key, cell);
    }
    cell.sessions += 1;
    if (code === 0) return;
    const reply = replyName(code, enhanced);
    cell.replies.set(reply, (cell.replies.get(reply) ?? 0) + 1);
  }

  /** An attempt that was started: whatever of `what` is told adds to its actor's figures. */
  addStart(actor: number, phase: number, what: Partial<Starts>): void {
    const starts = this.startsOf(actor, phase);
    starts.attempts += 1;
    for (const key of START_KEYS) starts[key] += what[key] ?? 0;
  }

  /** A session that had to wait for a place at its own host, whether or not it came to start. */
  addHostWait(actor: number, phase: number): void {
    this.startsOf(actor, phase).hostWaits += 1;
  }

  addRefusals(refusals: Readonly<Record<number, number>>): void {
    for (const [code, n] of Object.entries(refusals)) {
      this.refusals.set(Number(code), (this.refusals.get(Number(code)) ?? 0) + n);
    }
  }

  startsOf(actor: number, phase: number): Starts {
    const at = actor * PHASES.length + phase;
    this.starts[at] ??= { ...NO_STARTS };
    return this.starts[at];
  }

  /** A session by the phase in which it was decided, which may be later than the one it began in. */
  addDecision(actor: number, decidedIn: number, isRejection: boolean): void {
    const at = actor * PHASES.length + decidedIn;
    this.decisions[at] = (this.decisions[at] ?? 0) + 1;
    if (isRejection) this.rejections[at] = (this.rejections[at] ?? 0) + 1;
  }

  /** Sessions that were rejected, deferred or accepted in a phase, and those rejected. */
  decidedIn(actors: readonly number[], phase: Phase): Decided {
    const places = actors.map((actor) => actor * PHASES.length + PHASES.indexOf(phase));
    const sum = (counts: readonly number[]) =>
      places.reduce((all, at) => all + (counts[at] ?? 0), 0);
    return { all: sum(this.decisions), rejected: sum(this.rejections) };
  }

  /** In the order of actor, phase, stage, end state. */
  rows(): readonly Count[] {
    return [...this.cells.entries()].sort(([a], [b]) => a - b).map(([, cell]) => cell);
  }

  /** Sessions of some actors and phases that ended so; with `stage`, those that were decided there. */
  sessions(
    actors: readonly number[],
    phases: readonly Phase[],
    state: EndState,
    stage?: Stage,
  ): number {
    let sum = 0;
    for (const cell of this.cells.values()) {
      if (cell.state !== state || (stage !== undefined && cell.stage !== stage)) continue;
      if (actors.includes(cell.actor) && phases.includes(cell.phase)) sum += cell.sessions;
    }
    return sum;
  }
}
