// What became of messages as the mail log tells it, by their queue ids: accepted, delivered, bounced,
// deferred, removed. Of legitimate messages one by one, of all others in sums. Pure.
import type { MessageAccount } from '../target.ts';
import { queueIdOf } from './log-line.ts';

const MESSAGE_ID = /^\w+: message-id=<bb\.([A-Za-z0-9.-]+)@/;
const QUEUED = /^\w+: from=<.*>, size=(\d+), nrcpt=\d+ \(queue active\)$/;
const STATUS = /, dsn=\d\.\d+\.\d+, status=(\w+)/;
const NOTICE = /^\w+: sender (?:non-delivery|delay) notification: (\w+)$/;

/** Legitimate messages that are followed, some 200 bytes each; of those beyond nothing is said. */
const MOST_ACCOUNTS = 200_000;
/** A notice's delivery and the line that makes it known as one lie close together. */
const REMEMBERED = 1000;

interface Account extends MessageAccount {
  accepted: number;
  sent: number;
  bounced: number;
  deferred: number;
}

export class MessageTally {
  accepted = 0;
  /** Bytes of all messages that entered the queue, its own notices included. */
  queuedBytes = 0;
  /** Reports of non-delivery that it made and that were taken somewhere. */
  noticesSent = 0;
  /** By ledger id. */
  readonly accounts = new Map<string, MessageAccount>();
  /** False when there were more than are followed. */
  complete = true;
  /** Came in by SMTP, and are not in the queue manager's hands yet. */
  readonly #incoming = new Set<string>();
  /** In the queue, by when they were first seen there, the oldest first. */
  readonly #queued = new Map<string, number>();
  readonly #followed = new Map<string, Account>();
  readonly #notices = new Set<string>();
  /** Delivered, and told by nobody to be a notice yet: bounce(8) says so once it has handed the notice over. */
  readonly #early = new Set<string>();

  incoming(id: string): void {
    this.#incoming.add(id);
  }

  cleanup(text: string): void {
    const ledgerId = MESSAGE_ID.exec(text)?.[1];
    const id = queueIdOf(text);
    // Another message before it may have had the same id.
    if (id !== undefined) this.#early.delete(id);
    if (ledgerId === undefined || id === undefined) return;
    const known = this.accounts.get(ledgerId);
    if (known === undefined && this.accounts.size >= MOST_ACCOUNTS) {
      this.complete = false;
      return;
    }
    // Once more: the client had no reply to the first, or what is left of its recipients comes now.
    const account = (known ?? newAccount(id)) as Account;
    this.accounts.set(ledgerId, account);
    this.#followed.set(id, account);
  }

  qmgr(text: string, nowMs: number): void {
    const id = queueIdOf(text);
    if (id === undefined) return;
    const size = QUEUED.exec(text)?.[1];
    if (size !== undefined) this.#active(id, Number(size), nowMs);
    else if (text.endsWith(': removed')) this.#removed(id);
  }

  /** A client may leave after RCPT: only a message that reaches the queue manager was accepted. */
  #active(id: string, size: number, nowMs: number): void {
    if (!this.#queued.has(id)) {
      this.#queued.set(id, nowMs);
      this.queuedBytes += size;
    }
    // Not in the set: a message of Postfix' own, or one that is tried once more.
    if (!this.#incoming.delete(id)) return;
    this.accepted += 1;
    const account = this.#followed.get(id);
    if (account) account.accepted += 1;
  }

  #removed(id: string): void {
    this.#queued.delete(id);
    this.#notices.delete(id);
    const account = this.#followed.get(id);
    this.#followed.delete(id);
    // Whoever was deferred has it by now, or was given up.
    if (account) account.deferred = 0;
  }

  /** Deliveries to nowhere, by recipient. */
  discarded = 0;
  /** Addresses that another server was asked about (verify(8)), and that it answered. */
  asked = 0;

  discard(text: string): void {
    if (STATUS.exec(text)?.[1] === 'sent') this.discarded += 1;
    this.delivery(text);
  }

  /** smtp, lmtp, local, virtual, pipe, error: each says what became of a recipient. */
  delivery(text: string): void {
    const status = STATUS.exec(text)?.[1];
    if (status === undefined) return;
    if (status.endsWith('deliverable') && !text.includes(', relay=none,')) this.asked += 1;
    const id = queueIdOf(text) ?? '';
    if (status === 'sent') this.#sent(id);
    const account = this.#followed.get(id);
    if (!account) return;
    if (status === 'sent') account.sent += 1;
    else if (status === 'bounced' || status === 'expired') account.bounced += 1;
    else if (status === 'deferred') account.deferred += 1;
  }

  bounce(text: string): void {
    const notice = NOTICE.exec(text)?.[1];
    if (notice === undefined) return;
    if (this.#early.delete(notice)) this.noticesSent += 1;
    else this.#notices.add(notice);
  }

  #sent(id: string): void {
    if (this.#notices.delete(id)) {
      this.noticesSent += 1;
      return;
    }
    this.#early.add(id);
    for (const oldest of this.#early) {
      if (this.#early.size <= REMEMBERED) break;
      this.#early.delete(oldest);
    }
  }

  /** How long the oldest message has been in the queue; undefined for an empty one. */
  oldestMs(nowMs: number): number | undefined {
    const [first] = this.#queued.values();
    return first === undefined ? undefined : nowMs - first;
  }
}

function newAccount(queueId: string): Account {
  return { queueId, accepted: 0, sent: 0, bounced: 0, deferred: 0 };
}
