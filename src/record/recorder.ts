// Takes in everything a run measures, as it arrives: outcomes, deliveries, progress, samples. The only
// place that turns rows of numbers into counters, histograms, the time line and the ledger.
import { COLUMN, type OutcomeBatch, STRIDE } from '../engine/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import { phaseIndexAt } from '../plan/plan.ts';
import { STAGE_INDEX, TLS_USES } from '../smtp/session-record.ts';
import { END_STATES, FORGONE, STAGES } from '../smtp/stage.ts';
import { Counters } from './counters.ts';
import { type Emission, Emissions } from './emissions.ts';
import { HistogramGrid, MEASURES } from './histograms.ts';
import { Ledger } from './ledger.ts';
import { type Sample, Timeline } from './timeline.ts';

const VERDICT = MEASURES.indexOf('verdict');
const BANNER = MEASURES.indexOf('bannerFromIntended');
const LAG = MEASURES.indexOf('lag');
const UNSENT = END_STATES.indexOf('unsent');
const IS_FORGONE = END_STATES.map((state) => FORGONE.has(state));
const RESUMED = TLS_USES.indexOf('resumed');
const REJECTED = END_STATES.indexOf('rejected');
const DECIDED = END_STATES.map((state) => ['rejected', 'deferred', 'accepted'].includes(state));
const BANNER_REPLY = COLUMN.marks + STAGE_INDEX.banner * 2 + 1;
const HELO_COMMAND = COLUMN.marks + STAGE_INDEX.helo * 2;
const QUIT_COMMAND = COLUMN.marks + STAGE_INDEX.quit * 2;
const AT_BANNER = STAGES.indexOf('banner');
/** The server hangs up with these, and listens to nothing (RFC 5321 §3.8, RFC 7504). */
const FAREWELLS: ReadonlySet<number> = new Set([421, 521]);

export class Recorder {
  readonly plan: Plan;
  readonly histograms: HistogramGrid;
  readonly counters: Counters;
  readonly timeline = new Timeline();
  readonly ledger: Ledger;
  readonly emissions: Emissions;
  readonly hasSink: boolean;
  readonly isLegit: readonly boolean[];
  started = 0;
  inFlight = 0;
  /** Sessions that failed on this machine, by error code. */
  readonly faults: Record<string, number> = {};
  private readonly inFlightByWorker: number[] = [];
  private startMs: number | undefined;

  /** `hasSink`: whether delivered mail is seen; else 250 after the final dot counts as delivered. */
  constructor(plan: Plan, hasSink: boolean) {
    this.plan = plan;
    this.histograms = new HistogramGrid(plan.actors.length);
    this.counters = new Counters(plan.actors.length);
    this.ledger = new Ledger(plan.spans, hasSink);
    this.emissions = new Emissions(plan.spans);
    this.hasSink = hasSink;
    this.isLegit = plan.actors.map(({ actor }) => actor.kind === 'legit');
  }

  /** The run's start on the machine's clock. */
  begin(startMs: number): void {
    this.startMs = startMs;
  }

  /** 0 before the start: a run that is stopped while it starts up has no time line. */
  sinceStart(atMs: number): number {
    return this.startMs === undefined ? 0 : atMs - this.startMs;
  }

  outcomes(batch: OutcomeBatch): void {
    for (let i = 0; i < batch.count; i += 1) this.outcome(batch.rows, i * STRIDE);
    if (batch.refusals) this.counters.addRefusals(batch.refusals);
  }

  progress(
    worker: number,
    started: number,
    lagMaxMs: number,
    inFlight: number,
    atMs: number,
  ): void {
    this.started += started;
    this.inFlight += inFlight - (this.inFlightByWorker[worker] ?? 0);
    this.inFlightByWorker[worker] = inFlight;
    const slot = this.timeline.slot(this.sinceStart(atMs));
    slot.begun += started;
    slot.lagMaxMs = Math.max(slot.lagMaxMs, lagMaxMs);
    slot.inFlight[worker] = inFlight;
  }

  failedHere(faults: Readonly<Record<string, number>>): void {
    for (const [code, n] of Object.entries(faults)) {
      this.faults[code] = (this.faults[code] ?? 0) + n;
    }
  }

  /** A message at the sink, by its ledger id, for so many recipients; `atMs` on the machine's clock. */
  delivered(id: string | undefined, atMs: number, recipients = 1): void {
    this.ledger.arrived(id, this.sinceStart(atMs), recipients);
  }

  /** What the target sent of its own accord, seen at the sink; `atMs` on the machine's clock. */
  emitted(emission: Emission, atMs: number): void {
    this.emissions.add(emission, this.sinceStart(atMs));
  }

  /**
   * A look at the target, read at `atMs` on the machine's clock. One that tells nothing (the target
   * died) and one that comes after a later one are dropped: each speaks for the time since the last.
   */
  sampled(sample: Omit<Sample, 'atMs'>, atMs: number): void {
    const { samples } = this.timeline;
    const sinceStart = this.sinceStart(atMs);
    const last = samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    if (Object.keys(sample).length === 0 || sinceStart <= last) return;
    samples.push({ ...sample, atMs: sinceStart });
  }

  private outcome(rows: Float64Array, at: number): void {
    const { counters, plan } = this;
    const actor = rows[at + COLUMN.actor] as number;
    const state = rows[at + COLUMN.state] as number;
    const stage = rows[at + COLUMN.stage] as number;
    const code = rows[at + COLUMN.code] as number;
    const phase = phaseIndexAt(plan.spans, rows[at + COLUMN.intended] as number);
    counters.add(actor, phase, stage, state, code, rows[at + COLUMN.enhanced]);
    if ((rows[at + COLUMN.turn] as number) >= 0) counters.startsOf(actor, phase).hostWaits += 1;
    if (DECIDED[state]) {
      const decidedIn = phaseIndexAt(plan.spans, rows[at + COLUMN.decided] as number);
      counters.addDecision(actor, decidedIn, state === REJECTED);
    }
    if (IS_FORGONE[state]) return;
    if (state !== UNSENT) {
      this.addStart(rows, at, actor, phase);
      this.recordTimes(rows, at, actor, phase);
    }
    if (this.isLegit[actor]) this.ledger.attempted(rows, at);
    else this.enterTimeline(rows, at, state);
  }

  /** Straight into the sums: an object for the figures of each row took 200 ns. */
  private addStart(rows: Float64Array, at: number, actor: number, phase: number): void {
    const starts = this.counters.startsOf(actor, phase);
    const tls = rows[at + COLUMN.tls] as number;
    starts.attempts += 1;
    if (rows[at + COLUMN.attempt] === 0) starts.originals += 1;
    starts.bytesIn += rows[at + COLUMN.bytesIn] as number;
    starts.bytesOut += rows[at + COLUMN.bytesOut] as number;
    if (hasSpoken(rows, at)) starts.spoke += 1;
    starts.recipients += rows[at + COLUMN.asked] as number;
    starts.recipientsAccepted += rows[at + COLUMN.taken] as number;
    if (tls > 0) starts.tls += 1;
    if (tls === RESUMED) starts.tlsResumed += 1;
  }

  private recordTimes(rows: Float64Array, at: number, actor: number, phase: number): void {
    const { histograms } = this;
    const intended = rows[at + COLUMN.intended] as number;
    const started = rows[at + COLUMN.started] as number;
    // A session that its host kept waiting was late by its own turn, not by its plan.
    const turn = rows[at + COLUMN.turn] as number;
    if (started >= 0) histograms.record(actor, phase, LAG, started - (turn >= 0 ? turn : intended));
    if ((rows[at + COLUMN.code] as number) > 0) {
      histograms.record(actor, phase, VERDICT, (rows[at + COLUMN.decided] as number) - intended);
    }
    for (let stage = 0; stage < STAGES.length; stage += 1) {
      const command = rows[at + COLUMN.marks + stage * 2] as number;
      const reply = rows[at + COLUMN.marks + stage * 2 + 1] as number;
      if (reply >= command) histograms.record(actor, phase, stage, reply - command);
    }
    const banner = rows[at + BANNER_REPLY] as number;
    if (banner >= 0) histograms.record(actor, phase, BANNER, banner - intended);
  }

  private enterTimeline(rows: Float64Array, at: number, state: number): void {
    const { timeline } = this;
    const { ended } = timeline.slot(rows[at + COLUMN.ended] as number);
    ended[state] = (ended[state] as number) + 1;
    const started = rows[at + COLUMN.started] as number;
    if (state !== UNSENT && started >= 0) timeline.slot(started).started += 1;
  }
}

/** A whole command, to a server that was there to hear it. */
function hasSpoken(rows: Float64Array, at: number): boolean {
  const atBanner = rows[at + COLUMN.stage] === AT_BANNER;
  if (atBanner && FAREWELLS.has(rows[at + COLUMN.code] as number)) return false;
  return (rows[at + HELO_COMMAND] as number) >= 0 || (rows[at + QUIT_COMMAND] as number) >= 0;
}
