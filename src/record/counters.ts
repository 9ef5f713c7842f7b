// Counts of sessions by actor, phase, stage and end state, with their reply codes.

import { PHASES, type Phase } from '../scenario/scenario.ts';
import { END_STATES, type EndState, STAGES, type Stage } from '../smtp/stage.ts';
import { ReplyTally } from './reply-tally.ts';

export interface Count {
  readonly actor: number;
  readonly phase: Phase;
  readonly stage: Stage;
  readonly state: EndState;
  readonly sessions: number;
  /** By reply code and, where there is one, enhanced status code: `550 5.1.1`. */
  readonly replies: ReadonlyMap<string, number>;
}

/** What the started attempts of an actor add up to. */
export interface Starts {
  attempts: number;
  /** First attempts. */
  originals: number;
  bytesIn: number;
  bytesOut: number;
  /** Sessions that had to wait for a place at their own host, whether or not they came to start. */
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

function noStarts(): Starts {
  return {
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
}

/** Sessions to which the server gave its final reply. */
export interface Decided {
  readonly all: number;
  readonly rejected: number;
}

const CELLS_PER_PHASE = STAGES.length * END_STATES.length;

export class Counters {
  /** By actor, phase, stage and end state, in that order. */
  private readonly cells: Float64Array;
  private readonly replies: (ReplyTally | undefined)[];
  /** Per actor × phase, as the next two. */
  private readonly starts: readonly Starts[];
  private readonly decisions: number[];
  private readonly rejections: number[];
  /** Negative replies to RCPT by code, over all actors and phases. */
  readonly refusals = new Map<number, number>();

  constructor(actors: number) {
    const phases = actors * PHASES.length;
    this.cells = new Float64Array(phases * CELLS_PER_PHASE);
    this.replies = new Array<ReplyTally | undefined>(this.cells.length);
    this.starts = Array.from({ length: phases }, noStarts);
    this.decisions = new Array<number>(phases).fill(0);
    this.rejections = new Array<number>(phases).fill(0);
  }

  add(
    actor: number,
    phase: number,
    stage: number,
    state: number,
    code: number,
    enhanced = 0,
  ): void {
    const at =
      ((actor * PHASES.length + phase) * STAGES.length + stage) * END_STATES.length + state;
    this.cells[at] = (this.cells[at] as number) + 1;
    if (code === 0) return;
    let replies = this.replies[at];
    if (!replies) {
      replies = new ReplyTally();
      this.replies[at] = replies;
    }
    replies.add(code, enhanced);
  }

  addRefusals(refusals: Readonly<Record<number, number>>): void {
    for (const [code, n] of Object.entries(refusals)) {
      this.refusals.set(Number(code), (this.refusals.get(Number(code)) ?? 0) + n);
    }
  }

  /** The sums themselves, to be read and added to. */
  startsOf(actor: number, phase: number): Starts {
    return this.starts[actor * PHASES.length + phase] as Starts;
  }

  /** A session by the phase in which it was decided, which may be later than the one it began in. */
  addDecision(actor: number, decidedIn: number, isRejection: boolean): void {
    const at = actor * PHASES.length + decidedIn;
    this.decisions[at] = (this.decisions[at] as number) + 1;
    if (isRejection) this.rejections[at] = (this.rejections[at] as number) + 1;
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
    const rows: Count[] = [];
    this.cells.forEach((sessions, at) => {
      if (sessions > 0) rows.push({ ...meaningOf(at), sessions, replies: this.repliesAt(at) });
    });
    return rows;
  }

  /** Sessions of some actors and phases that ended so; with `stage`, those that were decided there. */
  sessions(
    actors: readonly number[],
    phases: readonly Phase[],
    state: EndState,
    stage?: Stage,
  ): number {
    let sum = 0;
    this.cells.forEach((sessions, at) => {
      if (sessions === 0) return;
      const cell = meaningOf(at);
      if (cell.state !== state || (stage !== undefined && cell.stage !== stage)) return;
      if (actors.includes(cell.actor) && phases.includes(cell.phase)) sum += sessions;
    });
    return sum;
  }

  private repliesAt(at: number): ReadonlyMap<string, number> {
    return this.replies[at]?.named() ?? new Map();
  }
}

function meaningOf(at: number): Pick<Count, 'actor' | 'phase' | 'stage' | 'state'> {
  const stageAt = Math.floor(at / END_STATES.length);
  const phaseAt = Math.floor(stageAt / STAGES.length);
  return {
    actor: Math.floor(phaseAt / PHASES.length),
    phase: PHASES[phaseAt % PHASES.length] ?? 'warmup',
    stage: STAGES[stageAt % STAGES.length] ?? 'connect',
    state: END_STATES[at % END_STATES.length] ?? 'cut',
  };
}
