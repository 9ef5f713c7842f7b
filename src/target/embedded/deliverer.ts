// Accepted mail on its way: a queue in memory, an attempt at once, more where one fails for now, and a report
// to the sender of what is refused for good.
import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../clock.ts';
import type { TargetSample } from '../target.ts';
import { bounceOf } from './bounce.ts';
import { StageCount } from './stages/stage-book.ts';
import { type Message, type Refusal, Transport } from './transport.ts';
import { isOf, type PlacedSite, retryGapMs, type Way, wayFinder } from './ways.ts';

export type { Message };

const TO_SINK = { connections: 10 };
/** As Postfix: default_destination_concurrency_limit, and mostly a session for each message. */
const TO_NEXT = { connections: 20, messagesPerConnection: 1 };

const DROPPED = 550;

interface Entry {
  readonly sinceMs: number;
  deferred: boolean;
}

/** What becomes of accepted mail. */
export interface Outlet {
  /** From now on the message is ours. @throws UserError when it cannot be kept; it then is not ours */
  accept(message: Message): void;
  /** Of the messages accepted and not yet delivered. */
  figures(): Pick<TargetSample, 'queue' | 'queueActive' | 'queueDeferred' | 'queueOldestS'>;
  /** Messages given up. */
  readonly failed: number;
  /** Recipients whose mail ended here. */
  readonly swallowed: number;
  /** Reports that left the domain. */
  readonly bounced: number;
  /** Waits for the queue to become empty, so long at most. */
  drain(limitMs: number): Promise<void>;
}

export class Deliverer implements Outlet {
  readonly #transports: { readonly sink: Transport; readonly next?: Transport };
  readonly #wayOf: (recipient: string) => Way;
  readonly #site: PlacedSite;
  readonly #bounce: StageCount;
  /** In the order of acceptance. */
  readonly #entries = new Set<Entry>();
  failed = 0;
  swallowed = 0;
  bounced = 0;
  #onEmpty: () => void = () => undefined;

  /** @param count of messages that could not be delivered; refused: those that nobody is told of. */
  constructor(site: PlacedSite, count = new StageCount('bounce')) {
    const { sink, handsOn } = site;
    this.#bounce = count;
    this.#site = site;
    this.#wayOf = wayFinder(site);
    this.#transports = {
      sink: new Transport(sink, TO_SINK),
      ...(handsOn && { next: new Transport(handsOn.next, TO_NEXT) }),
    };
  }

  /** From now on the message is ours to deliver. */
  accept(message: Message): void {
    for (const [way, recipients] of this.#ways(message)) {
      if (way === 'swallow') this.swallowed += recipients.length;
      else this.#enqueue({ ...message, recipients }, way);
    }
  }

  /** Messages accepted and not yet delivered. */
  get queued(): number {
    return this.#entries.size;
  }

  figures(): ReturnType<Outlet['figures']> {
    let deferred = 0;
    for (const entry of this.#entries) deferred += Number(entry.deferred);
    const [oldest] = this.#entries;
    return {
      queue: this.queued,
      queueActive: this.queued - deferred,
      queueDeferred: deferred,
      queueOldestS: oldest ? (nowMs() - oldest.sinceMs) / 1000 : 0,
    };
  }

  /** Waits for the queue to become empty, so long at most; ends the connections. */
  async drain(limitMs: number): Promise<void> {
    if (this.queued > 0) {
      const timeUp = new AbortController();
      const empty = new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      const limit = sleep(limitMs, undefined, { signal: timeUp.signal }).catch(() => undefined);
      await Promise.race([empty, limit]);
      timeUp.abort();
    }
    this.#transports.sink.close();
    this.#transports.next?.close();
  }

  #ways({ recipients }: Message): Map<Way, string[]> {
    const ways = new Map<Way, string[]>();
    for (const recipient of recipients) {
      const way = this.#wayOf(recipient);
      ways.set(way, [...(ways.get(way) ?? []), recipient]);
    }
    return ways;
  }

  #enqueue(message: Message, way: 'sink' | 'next'): void {
    const entry: Entry = { sinceMs: nowMs(), deferred: false };
    this.#entries.add(entry);
    void this.#deliver(message, way, entry).finally(() => {
      this.#entries.delete(entry);
      if (this.queued === 0) this.#onEmpty();
    });
  }

  async #deliver(message: Message, way: 'sink' | 'next', entry: Entry): Promise<void> {
    const transport = this.#transports[way];
    let { recipients } = message;
    for (let failures = 1; transport; failures += 1) {
      const { refused, deferred } = await transport.send({ ...message, recipients });
      if (refused.length > 0) await this.#report(message, refused);
      else if (deferred.length === 0) this.#countReport(message);
      if (deferred.length === 0) return;
      const gapMs = retryGapMs(way, failures, this.#site.compress);
      if (gapMs === undefined) break;
      recipients = deferred;
      entry.deferred = true;
      await sleep(gapMs, undefined, { ref: false });
      entry.deferred = false;
    }
    this.failed += 1;
  }

  /** A report that cannot be delivered is reported to nobody (RFC 5321 §4.5.5). */
  async #report(message: Message, refused: readonly Refusal[]): Promise<void> {
    const { reversePath } = message;
    const report = this.#bounce.measure(() => reversePath !== '' && bounceOf(message, refused));
    if (report) this.accept(await report);
    else this.#bounce.refused(DROPPED);
  }

  /** By the recipient: what the senders' mail from the null sender brings in stays within the domain. */
  #countReport({ reversePath, recipients }: Message): void {
    if (reversePath !== '') return;
    if (recipients.some((recipient) => !isOf(this.#site.domain, recipient))) this.bounced += 1;
  }
}
