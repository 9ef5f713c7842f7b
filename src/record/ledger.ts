// The ledger: every legitimate message by its id, from its planned start to its end.
import { type PhaseSpans, phaseAt } from '../plan/plan.ts';
import type { Phase } from '../scenario/scenario.ts';
import type { EndState, Stage } from '../smtp/stage.ts';

export interface Entry {
  readonly id: string;
  readonly phase: Phase;
  /** When it was first due, ms from the run's start. */
  readonly dueMs: number;
  attempts: number;
  /** The target took it: 250 after the final dot. */
  accepted: boolean;
  /** The sender has given up, or was told no for good. */
  settled: boolean;
  unsent: boolean;
  lastState: EndState;
  lastStage: Stage;
  lastCode: number;
  /** Recipients, and those of them who do not exist. */
  recipients: number;
  dead: number;
  /** Recipients for whom the target has taken it, and whom it has refused for good. */
  taken: number;
  denied: number;
  /** A genuine bounce: its reverse path is null. */
  isBounce: boolean;
  /** Undefined until it has arrived for all its recipients that exist. */
  deliveredMs: number | undefined;
  /** Recipients for whom it arrived: more than it has means duplicates. */
  arrived: number;
}

/** Of one attempt; an attempt that never started tells nothing of them. */
interface Recipients {
  readonly all: number;
  readonly dead: number;
  readonly taken: number;
  readonly denied: number;
}

export type EntryState = 'delivered' | 'rejected' | 'lost' | 'late' | 'unsent';

export class Ledger {
  readonly entries = new Map<string, Entry>();
  /** Messages at the sink that are none of ours. */
  strangers = 0;
  private readonly spans: PhaseSpans;
  private readonly hasSink: boolean;

  constructor(spans: PhaseSpans, hasSink: boolean) {
    this.spans = spans;
    this.hasSink = hasSink;
  }

  /** The end of one attempt. `settled`: no further attempt will follow, in or after this run. */
  attempted(
    id: string,
    attempt: {
      readonly dueMs: number;
      readonly endedMs: number;
      readonly state: EndState;
      readonly stage: Stage;
      readonly code: number;
      readonly settled: boolean;
      readonly recipients: Recipients;
      readonly isBounce: boolean;
    },
  ): void {
    const entry = this.open(id, attempt.dueMs);
    const { recipients } = attempt;
    entry.recipients = Math.max(entry.recipients, recipients.all);
    entry.dead = Math.max(entry.dead, recipients.dead);
    entry.denied += recipients.denied;
    entry.isBounce ||= attempt.isBounce;
    entry.unsent = attempt.state === 'unsent' && entry.attempts === 0;
    if (attempt.state !== 'unsent') entry.attempts += 1;
    entry.lastState = attempt.state;
    entry.lastStage = attempt.stage;
    entry.lastCode = attempt.code;
    entry.settled = attempt.settled;
    if (attempt.state === 'accepted') {
      entry.accepted = true;
      entry.taken += recipients.taken;
      if (!this.hasSink) this.arrived(entry, attempt.endedMs, recipients.taken);
    }
    for (const { atMs, recipients: n } of this.early.get(id) ?? []) this.arrived(entry, atMs, n);
    this.early.delete(id);
  }

  /** A message at the sink, for so many recipients. It may come before the sender has its 250. */
  delivered(id: string | undefined, atMs: number, recipients = 1): void {
    const entry = id === undefined ? undefined : this.entries.get(id);
    if (entry) this.arrived(entry, atMs, recipients);
    else if (id === undefined) this.strangers += 1;
    else this.early.set(id, [...(this.early.get(id) ?? []), { atMs, recipients }]);
  }

  /** Arrivals whose attempt has not been reported yet: batches of both sides cross. */
  private readonly early = new Map<
    string,
    readonly { readonly atMs: number; readonly recipients: number }[]
  >();

  state(entry: Entry): EntryState {
    if (entry.deliveredMs !== undefined) return 'delivered';
    if (entry.unsent) return 'unsent';
    if (!entry.settled) return 'late';
    // Taken and gone: whatever else was refused, that is the worse.
    if (entry.accepted && entry.arrived < Math.min(entry.taken, alive(entry))) return 'lost';
    return entry.lastState === 'rejected' || entry.denied > entry.dead ? 'rejected' : 'lost';
  }

  private open(id: string, dueMs: number): Entry {
    let entry = this.entries.get(id);
    if (!entry) {
      entry = {
        id,
        phase: phaseAt(this.spans, dueMs),
        dueMs,
        attempts: 0,
        accepted: false,
        settled: false,
        unsent: false,
        lastState: 'cut',
        lastStage: 'connect',
        lastCode: 0,
        recipients: 1,
        dead: 0,
        taken: 0,
        denied: 0,
        isBounce: false,
        deliveredMs: undefined,
        arrived: 0,
      };
      this.entries.set(id, entry);
    }
    return entry;
  }

  private arrived(entry: Entry, atMs: number, recipients: number): void {
    entry.arrived += recipients;
    if (entry.arrived >= alive(entry)) entry.deliveredMs ??= atMs;
  }
}

/** Recipients whom a message can reach. One for none at all is kept waiting for nothing. */
function alive({ recipients, dead }: Entry): number {
  return Math.max(1, recipients - dead);
}
