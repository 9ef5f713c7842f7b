// One actor's share of a worker: its planned sessions in order, and how many of them are in flight.
import type { ActorKind, Sender } from '../actors/actor.ts';
import { ACTOR_KINDS } from '../actors/registry.ts';
import { type PlannedActor, type PlannedSession, sessionsOf } from '../plan/plan.ts';
import type { Job } from './job.ts';

export class Lane {
  readonly sender: Sender;
  readonly patienceMs: number;
  /** Until when a retry may begin: legitimate mail is followed through the drain, the attack is not. */
  readonly retryUntilMs: number;
  /** The next session to come due; undefined after the last. */
  head: PlannedSession | undefined;
  inFlight = 0;
  private readonly limit: number;
  private readonly sessions: Iterator<PlannedSession>;
  private readonly job: Job;

  constructor(job: Job, planned: PlannedActor) {
    const kind: ActorKind = ACTOR_KINDS[planned.actor.kind];
    const { concurrency, patienceMs } = planned.actor;
    const { endMs, deadlineMs } = job.plan.spans;
    this.job = job;
    this.sender = kind.sender(job.plan, planned, job.materials[planned.index] ?? {});
    this.sessions = sessionsOf(job.plan, planned);
    this.limit = Math.max(1, Math.floor((concurrency + job.shard) / job.shards));
    this.patienceMs = patienceMs;
    this.retryUntilMs = planned.actor.kind === 'legit' ? deadlineMs : endMs;
    this.advance();
  }

  get isFull(): boolean {
    return this.inFlight >= this.limit;
  }

  /** Moves on to the next session that falls to one of our hosts. */
  advance(): void {
    const { shard, shards } = this.job;
    for (;;) {
      const next = this.sessions.next();
      if (next.done) {
        this.head = undefined;
        return;
      }
      if (next.value.host % shards === shard) {
        this.head = next.value;
        return;
      }
    }
  }
}
