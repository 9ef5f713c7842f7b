// Plays one share of a plan, open loop: every session starts when it is due, whatever became of those
// before it. Runs in a worker thread; knows no files, no terminal and no target but an address.

import type { ActorKind, Sender } from '../actors/actor.ts';
import { ACTOR_KINDS } from '../actors/registry.ts';
import { nowMs } from '../clock.ts';
import { addToTally, makeTallies } from '../plan/digest.ts';
import { type PlannedSession, roundTripOf, sessionsOf } from '../plan/plan.ts';
import { sourceAddress } from '../plan/source-address.ts';
import type { SessionHost } from '../smtp/session-host.ts';
import { DueQueue } from './due-queue.ts';
import type { Job } from './job.ts';
import { Outbox, type Post } from './outbox.ts';
import { RETRY } from './outcome.ts';
import { type Attempt, PlayedSession } from './played-session.ts';

const FLUSH_MS = 100;
const PATIENCE_SWEEP_MS = 50;
/** A retry that finds the in-flight limit reached tries again so much later. */
const CROWDED_MS = 20;
/** Sessions in mid-dialogue at the deadline may finish for so long, so that both sides count them. */
const FAREWELL_MS = 2_000;

interface Lane {
  readonly sender: Sender;
  readonly sessions: Iterator<PlannedSession>;
  readonly limit: number;
  readonly patienceMs: number;
  /** Until when a retry may begin: legitimate mail is followed through the drain, the attack is not. */
  readonly retryUntilMs: number;
  head: PlannedSession | undefined;
  inFlight: number;
}

export class Shard implements SessionHost {
  readonly nowMs = nowMs;
  private readonly job: Job;
  private readonly post: Post;
  private readonly outbox: Outbox;
  private readonly lanes: Lane[];
  private readonly retries = new DueQueue<Attempt>();
  private readonly active: PlayedSession[] = [];
  private readonly idle: PlayedSession[] = [];
  private readonly tallies;
  private readonly faults: Record<string, number> = {};
  private readonly intervals: NodeJS.Timeout[] = [];
  private timer: NodeJS.Timeout | undefined;
  private startMs = 0;
  private deadlineMs: number;
  private stopped = false;
  private interrupted = false;
  private done = false;

  constructor(job: Job, post: Post) {
    this.job = job;
    this.post = post;
    this.outbox = new Outbox(post);
    this.tallies = makeTallies(job.plan);
    this.deadlineMs = job.plan.spans.deadlineMs;
    const { endMs, deadlineMs } = job.plan.spans;
    this.lanes = job.plan.actors.map((planned) => {
      const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
      const { concurrency, patienceMs } = planned.actor;
      const lane: Lane = {
        sender: kind.sender(job.plan, planned, job.materials[planned.index] ?? {}),
        sessions: sessionsOf(job.plan, planned),
        limit: Math.max(1, Math.floor((concurrency + job.shard) / job.shards)),
        patienceMs,
        retryUntilMs: planned.actor.kind === 'legit' ? deadlineMs : endMs,
        head: undefined,
        inFlight: 0,
      };
      this.advance(lane);
      return lane;
    });
  }

  /** Begins at `startMs` on the machine's clock. */
  go(startMs: number): void {
    // Told to stop before it began: the start signal was under way already.
    if (this.done) return;
    this.startMs = startMs;
    this.intervals.push(setInterval(() => this.outbox.flush(), FLUSH_MS));
    this.intervals.push(setInterval(() => this.sweep(), PATIENCE_SWEEP_MS));
    this.pump();
  }

  /** Starts nothing more; what is in flight may finish within the drain. */
  stop(): void {
    if (this.stopped) return;
    this.interrupted = true;
    const { deadlineMs, endMs } = this.job.plan.spans;
    this.deadlineMs = Math.min(deadlineMs, this.sinceStart() + (deadlineMs - endMs));
    this.retries.clear();
    this.endArrivals();
  }

  thinkThenSend(session: PlayedSession, delayMs: number): void {
    session.think = setTimeout(sendNow, delayMs, session);
  }

  onEnd(session: PlayedSession): void {
    const attempt = session.attempt;
    if (!attempt) return;
    clearTimeout(session.think);
    const lane = this.lanes[attempt.actor] as Lane;
    lane.inFlight -= 1;
    if (session.localFault) {
      this.faults[session.localFault] = (this.faults[session.localFault] ?? 0) + 1;
    }
    const retry = this.planRetry(session, attempt, lane);
    this.outbox.addEnd(session, this.startMs, this.sinceStart(), retry);
    this.release(session);
    if (this.job.overflow === 'wait' && !this.stopped) this.refill();
    else this.finishIfDone();
  }

  private sinceStart(): number {
    return nowMs() - this.startMs;
  }

  /** Moves a lane on to its next session that falls to one of our hosts. */
  private advance(lane: Lane): void {
    const { shard, shards } = this.job;
    for (;;) {
      const next = lane.sessions.next();
      if (next.done) {
        lane.head = undefined;
        return;
      }
      if (next.value.host % shards === shard) {
        lane.head = next.value;
        return;
      }
    }
  }

  /** Starts all that is due and sleeps until the next is. */
  private pump(): void {
    const now = this.sinceStart();
    const { endMs } = this.job.plan.spans;
    if (!this.stopped && now >= endMs) this.endArrivals();
    const nextMs = Math.min(this.startArrivals(now), this.startRetries(now));
    this.wakeAt(this.stopped ? nextMs : Math.min(nextMs, endMs));
  }

  private wakeAt(dueMs: number): void {
    clearTimeout(this.timer);
    if (this.done || dueMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.max(0, Math.ceil(dueMs - this.sinceStart()));
    this.timer = setTimeout(() => this.pump(), delayMs);
  }

  /** Closed loop: the end of a session makes room for the next. */
  private refill(): void {
    this.startArrivals(this.sinceStart());
    if (this.active.length === 0 && this.lanes.every(({ head }) => !head)) this.endArrivals();
  }

  private startArrivals(now: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const lane of this.lanes) {
      while (lane.head && lane.head.intendedMs <= now) {
        if (lane.inFlight >= lane.limit && this.job.overflow === 'wait') break;
        const { actor, index, host, intendedMs } = lane.head;
        const tally = this.tallies[actor];
        if (tally) addToTally(tally, lane.head);
        const attempt = { actor, index, host, attempt: 0, dueMs: intendedMs, originMs: intendedMs };
        if (lane.inFlight >= lane.limit) this.outbox.addUnsent(attempt, now);
        else this.start(lane, attempt);
        this.advance(lane);
      }
      // A closed loop wakes by a session's end, not by the clock.
      if (lane.head && lane.head.intendedMs > now) nextMs = Math.min(nextMs, lane.head.intendedMs);
    }
    return nextMs;
  }

  private startRetries(now: number): number {
    for (;;) {
      const due = this.retries.peek();
      if (!due) return Number.POSITIVE_INFINITY;
      if (due.dueMs > now) return due.dueMs;
      this.retries.pop();
      const lane = this.lanes[due.actor] as Lane;
      if (lane.inFlight < lane.limit) this.start(lane, due);
      else this.retries.push({ ...due, dueMs: now + CROWDED_MS });
    }
  }

  private start(lane: Lane, attempt: Attempt): void {
    const { plan, target, network } = this.job;
    const session = this.idle.pop() ?? new PlayedSession(this);
    const startedMs = this.sinceStart();
    const planned = { ...attempt, intendedMs: attempt.originMs };
    lane.inFlight += 1;
    session.slot = this.active.length;
    this.active.push(session);
    this.outbox.noteStart(startedMs - attempt.dueMs);
    session.play(
      attempt,
      lane.sender.script(planned),
      { ...target, localAddress: sourceAddress(network, attempt.host) },
      { roundTripMs: roundTripOf(plan, attempt.host), patienceMs: lane.patienceMs },
      startedMs,
    );
  }

  private planRetry(session: PlayedSession, attempt: Attempt, lane: Lane): number {
    const { state } = session;
    if (state === 'accepted' || state === 'rejected') return RETRY.none;
    // Cut and unsent are our own doing: the sender would have gone on.
    if (state === 'cut' || state === 'unsent') return RETRY.later;
    const schedule = lane.sender.retrySchedule({ ...attempt, intendedMs: attempt.originMs });
    const next = schedule?.(attempt.attempt + 1);
    if (next === undefined) return RETRY.none;
    // An MTA counts the gap from the failure, and an attempt takes its real, uncompressed time.
    const before = attempt.attempt === 0 ? 0 : (schedule?.(attempt.attempt) ?? 0);
    const dueMs = this.sinceStart() + (next - before) / this.job.plan.compress;
    if (this.interrupted || dueMs >= lane.retryUntilMs) return RETRY.later;
    this.retries.push({ ...attempt, attempt: attempt.attempt + 1, dueMs });
    this.wakeBy(dueMs);
    return RETRY.within;
  }

  /** The pump may be asleep until something later than a new retry. */
  private wakeBy(dueMs: number): void {
    if (this.retries.peek()?.dueMs !== dueMs) return;
    let nextMs = dueMs;
    for (const { head } of this.lanes) if (head) nextMs = Math.min(nextMs, head.intendedMs);
    this.wakeAt(this.stopped ? nextMs : Math.min(nextMs, this.job.plan.spans.endMs));
  }

  private release(session: PlayedSession): void {
    const last = this.active.pop();
    if (last && last !== session) {
      this.active[session.slot] = last;
      last.slot = session.slot;
    }
    session.attempt = undefined;
    this.idle.push(session);
  }

  private sweep(): void {
    const now = nowMs();
    // Backwards: a session that gives up may leave the list at once.
    for (let i = this.active.length - 1; i >= 0; i -= 1) this.active[i]?.checkPatience(now);
    if (this.stopped) this.cutLate(now - this.startMs);
  }

  private cutLate(now: number): void {
    if (now < this.deadlineMs) return;
    this.retries.clear();
    const all = now >= this.deadlineMs + FAREWELL_MS;
    for (let i = this.active.length - 1; i >= 0; i -= 1) {
      const session = this.active[i];
      if (session && (all || session.isQueued)) session.cut();
    }
    this.finishIfDone();
  }

  private endArrivals(): void {
    this.stopped = true;
    for (const lane of this.lanes) lane.head = undefined;
    this.finishIfDone();
  }

  private finishIfDone(): void {
    if (this.stopped && this.active.length === 0 && this.retries.size === 0) this.finish();
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    clearTimeout(this.timer);
    for (const interval of this.intervals) clearInterval(interval);
    this.outbox.flush();
    this.post({
      type: 'done',
      tallies: this.tallies,
      faults: this.faults,
      interrupted: this.interrupted,
    });
  }
}

function sendNow(session: PlayedSession): void {
  session.send();
}
