// One actor's share of a worker: its planned sessions in order, and how many of them are in flight.
import type { ActorKind, Sender } from '../actors/actor.ts';
import { ACTOR_KINDS } from '../actors/registry.ts';
import { hostName } from '../plan/host-name.ts';
import { type PlannedActor, type PlannedSession, roundTripOf, sessionsOf } from '../plan/plan.ts';
import { proxyAddress, sourceAddress } from '../plan/source-address.ts';
import { refusalStart } from '../plan/spf-record.ts';
import type { Waits } from '../smtp/client-connection.ts';
import type { Script } from '../smtp/script.ts';
import type { EndState } from '../smtp/stage.ts';
import type { Attempt } from './attempt.ts';
import { introductionOf } from './introduction.ts';
import type { Job } from './job.ts';
import type { Way } from './played-session.ts';
import { Quotas } from './quotas.ts';

export class Lane {
  readonly sender: Sender;
  private readonly patience: Omit<Waits, 'roundTripMs'>;
  private readonly quotas: Quotas;
  private readonly refusesFromMs: ((host: number) => number) | undefined;
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
    const { concurrency, patienceMs, bannerPatienceMs = patienceMs } = planned.actor;
    const { endMs, deadlineMs } = job.plan.spans;
    this.job = job;
    this.sender = kind.sender(job.plan, planned, job.materials[planned.index] ?? {});
    this.sessions = sessionsOf(job.plan, planned);
    this.limit = Math.max(1, Math.floor((concurrency + job.shard) / job.shards));
    this.patience = { patienceMs, bannerPatienceMs };
    this.quotas = new Quotas(job.plan.compress);
    const { plan, spfRecord } = job;
    this.refusesFromMs =
      kind.answersForgeries && spfRecord ? refusalStart(plan, planned.hosts, spfRecord) : undefined;
    this.retryUntilMs = planned.actor.kind === 'legit' ? deadlineMs : endMs;
    this.advance();
  }

  get isFull(): boolean {
    return this.inFlight >= this.limit;
  }

  script(attempt: Attempt): Script {
    return this.sender.script(attempt.planned, attempt.attempt);
  }

  way(attempt: Attempt): Way {
    const { plan, target, network, client } = this.job;
    const { sender, patience } = this;
    const from = sender.addressHost?.(attempt.planned, attempt.attempt) ?? attempt.host;
    const told = client !== 'address';
    // Field by field: spread objects cost several microseconds a session.
    return {
      host: target.host,
      port: target.port,
      localAddress: told ? proxyAddress(network, attempt.index) : sourceAddress(network, from),
      introduction: told
        ? introductionOf(client, from, hostName(plan.seed, from), target.host)
        : undefined,
      roundTripMs: roundTripOf(plan, attempt.host),
      bannerPatienceMs: patience.bannerPatienceMs,
      patienceMs: patience.patienceMs,
    };
  }

  /**
   * Whether an SPF record leaves the session's host nothing to answer. By the planned moment of the first
   * attempt: what was tried before is on its way already, and the same sessions are averted in every run.
   */
  averts({ host, originMs }: Attempt): boolean {
    return this.refusesFromMs !== undefined && originMs >= this.refusesFromMs(host);
  }

  /** Whether the sender's own rule lets a session that has come due take place. */
  permits(attempt: Attempt, nowMs: number): boolean {
    if (!this.sender.quota || attempt.attempt > 0) return true;
    const quota = this.sender.quota(attempt.planned);
    if (!quota) return true;
    if (!this.quotas.allows(attempt.host, quota, nowMs)) return false;
    if (quota.from === 'start') this.quotas.note(attempt.host, quota, undefined, nowMs);
    return true;
  }

  /** A session has ended for good. */
  remember(attempt: Attempt, state: EndState, nowMs: number): void {
    if (!this.sender.quota) return;
    const quota = this.sender.quota(attempt.planned);
    if (quota?.from === 'end') this.quotas.note(attempt.host, quota, state, nowMs);
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
