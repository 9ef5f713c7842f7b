// Plays one share of a plan, open loop: every session starts when it is due, whatever became of those
// before it. Runs in a worker thread; knows no files, no terminal and no target but an address.

import { nowMs } from '../clock.ts';
import { addToTally, makeTallies } from '../plan/digest.ts';
import type { SessionSocket } from '../smtp/session-host.ts';
import { Alarm } from './alarm.ts';
import { type Attempt, firstAttempt, nextAttempt } from './attempt.ts';
import { DueQueue } from './due-queue.ts';
import { HostLines } from './host-lines.ts';
import type { Job, Rows } from './job.ts';
import { Lane } from './lane.ts';
import { Outbox, type Post } from './outbox.ts';
import { RETRY } from './outcome.ts';
import { PlayedSession, type SessionPlayer } from './played-session.ts';
import { TimerWheel } from './timer-wheel.ts';
import { TlsSessions } from './tls-sessions.ts';

const FLUSH_MS = 100;
const PATIENCE_SWEEP_MS = 50;
/** A retry that finds the in-flight limit reached tries again so much later. */
const CROWDED_MS = 20;
/** Sessions in mid-dialogue at the deadline may finish for so long, so that both sides count them. */
const FAREWELL_MS = 2_000;
/** Then they say nothing more, but what they have said may be answered for so long. */
const LAST_REPLY_MS = 3_000;

export class Shard implements SessionPlayer {
  readonly nowMs = nowMs;
  private readonly job: Job;
  private readonly post: Post;
  private readonly outbox: Outbox;
  private readonly lanes: Lane[];
  private readonly hosts: HostLines<Attempt>;
  private readonly retries = new DueQueue<Attempt>();
  private readonly active: PlayedSession[] = [];
  private readonly idle: PlayedSession[] = [];
  private readonly tallies;
  private readonly tlsSessions = new TlsSessions();
  private readonly intervals: NodeJS.Timeout[] = [];
  private readonly thinking = new TimerWheel<PlayedSession>(nowMs());
  private readonly alarm = new Alarm(nowMs, () => this.pump());
  private startMs = 0;
  private deadlineMs: number;
  private stopped = false;
  private interrupted = false;
  private done = false;

  constructor(job: Job, post: Post) {
    this.job = job;
    this.post = post;
    this.outbox = new Outbox(post, job.recording);
    this.tallies = makeTallies(job.plan);
    this.deadlineMs = job.plan.spans.deadlineMs;
    this.lanes = job.plan.actors.map((planned) => new Lane(job, planned));
    const closed = job.overflow === 'wait';
    this.hosts = new HostLines((attempt) =>
      closed ? Number.POSITIVE_INFINITY : this.laneOf(attempt).sender.hostLimit(attempt),
    );
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

  /**
   * Starts nothing more, not even what waits for a place at its host; what is in flight may finish
   * within the drain.
   */
  stop(): void {
    if (this.stopped) return;
    this.interrupted = true;
    const { deadlineMs, endMs } = this.job.plan.spans;
    this.deadlineMs = Math.min(deadlineMs, this.sinceStart() + (deadlineMs - endMs));
    this.retries.clear();
    this.cutWaiting();
    this.endArrivals();
  }

  takeBack(rows: Rows): void {
    this.outbox.takeBack(rows);
  }

  thinkThenSend(session: PlayedSession, delayMs: number): void {
    const dueMs = nowMs() + delayMs;
    this.thinking.add(session, dueMs);
    this.alarm.setNotLater(dueMs);
  }

  secure(session: PlayedSession): SessionSocket {
    return session.secureWith(this.tlsSessions);
  }

  onEnd(session: PlayedSession): void {
    const attempt = session.attempt;
    if (!attempt) return;
    this.thinking.remove(session);
    const lane = this.laneOf(attempt);
    lane.inFlight -= 1;
    if (session.localFault) this.outbox.addFault(session.localFault);
    const retry = this.planRetry(session, attempt, lane);
    this.outbox.addEnd(session, this.startMs, this.sinceStart(), retry);
    this.release(session);
    this.callNext(attempt.host);
    if (this.job.overflow === 'wait' && !this.stopped) this.refill();
    else this.finishIfDone();
  }

  private sinceStart(): number {
    return nowMs() - this.startMs;
  }

  /** Whatever woke the thread: what is due meanwhile need not wait for its timer. */
  onAwake(atMs: number): void {
    if (this.alarm.isDueAt(atMs)) this.pump();
  }

  /** Starts and sends all that is due and sleeps until the next is. */
  private pump(): void {
    const now = this.sinceStart();
    const { endMs } = this.job.plan.spans;
    this.thinking.turn(now + this.startMs, sendNow);
    const nextMs = Math.min(this.startArrivals(now), this.startRetries(now));
    // Afterwards: what was due just before the end is not lost because the timer came just behind it.
    if (!this.stopped && now >= endMs) this.endArrivals();
    if (this.done) return;
    const wakeMs = (this.stopped ? nextMs : Math.min(nextMs, endMs)) + this.startMs;
    this.alarm.set(Math.min(wakeMs, this.thinking.nextMs));
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
        if (lane.isFull && this.job.overflow === 'wait') break;
        const tally = this.tallies[lane.head.actor];
        if (tally) addToTally(tally, lane.head);
        this.comeDue(lane, firstAttempt(lane.head), now);
        lane.advance();
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
      this.comeDue(this.laneOf(due), due, now);
    }
  }

  private comeDue(lane: Lane, attempt: Attempt, now: number): void {
    // In this order: what does not come to be needs no room, and what has none is not remembered as done.
    if (lane.averts(attempt)) this.outbox.addIdle(attempt, 'averted', now);
    else if (lane.isFull) this.turnAway(attempt, now);
    else if (!lane.permits(attempt, now)) this.outbox.addIdle(attempt, 'withheld', now);
    else if (this.hosts.enter(attempt)) this.start(lane, attempt);
  }

  /** An attempt that finds the in-flight limit reached. */
  private turnAway(attempt: Attempt, now: number): void {
    if (attempt.attempt === 0) this.outbox.addIdle(attempt, 'unsent', now);
    else this.retryAt({ ...attempt, dueMs: now + CROWDED_MS, turnMs: undefined });
  }

  /** The end of a session frees a place at its host, and whoever waits for it there begins at once. */
  private callNext(host: number): void {
    this.hosts.leave(host);
    for (let next = this.hosts.next(host); next; next = this.hosts.next(host)) {
      const lane = this.laneOf(next);
      const attempt = { ...next, turnMs: this.sinceStart() };
      if (!lane.isFull) {
        this.start(lane, attempt);
        continue;
      }
      // Its place was freed by a session of another actor.
      this.hosts.leave(host);
      this.turnAway(attempt, attempt.turnMs);
    }
  }

  /** What stands in its host's line when the run ends is no less a part of it. */
  private cutWaiting(): void {
    const now = this.sinceStart();
    for (const waiting of this.hosts.clear()) {
      this.outbox.addIdle({ ...waiting, turnMs: now }, 'cut', now);
    }
  }

  private laneOf({ actor }: Attempt): Lane {
    return this.lanes[actor] as Lane;
  }

  private start(lane: Lane, attempt: Attempt): void {
    const session = this.idle.pop() ?? new PlayedSession(this);
    const startedMs = this.sinceStart();
    lane.inFlight += 1;
    session.place = this.active.length;
    this.active.push(session);
    this.outbox.noteStart(startedMs - (attempt.turnMs ?? attempt.dueMs));
    session.play(attempt, lane.script(attempt), lane.way(attempt), startedMs);
  }

  private planRetry(session: PlayedSession, attempt: Attempt, lane: Lane): number {
    const { state, stage, fates, tried } = session;
    // Our own doing: the sender would have gone on. Nor is what this machine could not open tried again,
    // as a sender's own trouble would be: that load would come at another time than was planned, and
    // upon a machine that has nothing to spare. The run is inconclusive in any case.
    if (state === 'cut' || state === 'unsent') return RETRY.later;
    const end = { state, stage, fates, recipients: tried };
    const next = nextAttempt(end, attempt, lane.sender, this.job.plan.compress);
    if (next === undefined) {
      lane.remember(attempt, state, this.sinceStart());
      return RETRY.none;
    }
    const dueMs = this.sinceStart() + next.dueMs;
    if (this.interrupted || dueMs >= lane.retryUntilMs) return RETRY.later;
    this.retryAt({ ...next, dueMs });
    return RETRY.within;
  }

  private retryAt(attempt: Attempt): void {
    this.retries.push(attempt);
    this.alarm.setNotLater(attempt.dueMs + this.startMs);
  }

  private release(session: PlayedSession): void {
    const last = this.active.pop();
    if (last && last !== session) {
      this.active[session.place] = last;
      last.place = session.place;
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
    // First, or the end of another session would start them.
    this.cutWaiting();
    const lateMs = now - this.deadlineMs;
    for (let i = this.active.length - 1; i >= 0; i -= 1) {
      const session = this.active[i];
      if (session?.isQueued || lateMs >= FAREWELL_MS + LAST_REPLY_MS) session?.cut();
      else if (lateMs >= FAREWELL_MS) session?.windUp();
    }
    this.finishIfDone();
  }

  private endArrivals(): void {
    this.stopped = true;
    for (const lane of this.lanes) lane.head = undefined;
    this.finishIfDone();
  }

  /** What waits for its host needs no look: that host has a session in flight. */
  private finishIfDone(): void {
    if (this.stopped && this.active.length === 0 && this.retries.size === 0) this.finish();
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    this.alarm.set(Number.POSITIVE_INFINITY);
    for (const interval of this.intervals) clearInterval(interval);
    this.outbox.flush();
    this.post({ type: 'done', tallies: this.tallies, interrupted: this.interrupted });
  }
}

function sendNow(session: PlayedSession): void {
  session.send();
}
