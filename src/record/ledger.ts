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
  /** Undefined until it has arrived. */
  deliveredMs: number | undefined;
  /** Times that it arrived: more than one is a duplicate. */
  copies: number;
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
    },
  ): void {
    const entry = this.open(id, attempt.dueMs);
    entry.unsent = attempt.state === 'unsent' && entry.attempts === 0;
    if (attempt.state !== 'unsent') entry.attempts += 1;
    entry.lastState = attempt.state;
    entry.lastStage = attempt.stage;
    entry.lastCode = attempt.code;
    entry.settled = attempt.settled;
    if (attempt.state !== 'accepted') return;
    entry.accepted = true;
    if (!this.hasSink) this.arrived(entry, attempt.endedMs);
  }

  /** A message at the sink. It may come before the sender has its 250. */
  delivered(id: string | undefined, atMs: number): void {
    const entry = id === undefined ? undefined : this.entries.get(id);
    if (entry) this.arrived(entry, atMs);
    else if (id === undefined) this.strangers += 1;
    else this.early.set(id, [...(this.early.get(id) ?? []), atMs]);
  }

  /** Arrivals whose attempt has not been reported yet: batches of both sides cross. */
  private readonly early = new Map<string, readonly number[]>();

  state(entry: Entry): EntryState {
    if (entry.deliveredMs !== undefined) return 'delivered';
    if (entry.unsent) return 'unsent';
    if (entry.accepted) return 'lost';
    if (!entry.settled) return 'late';
    return entry.lastState === 'rejected' ? 'rejected' : 'lost';
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
        deliveredMs: undefined,
        copies: 0,
      };
      this.entries.set(id, entry);
      for (const atMs of this.early.get(id) ?? []) this.arrived(entry, atMs);
      this.early.delete(id);
    }
    return entry;
  }

  private arrived(entry: Entry, atMs: number): void {
    entry.copies += 1;
    entry.deliveredMs ??= atMs;
  }
}
