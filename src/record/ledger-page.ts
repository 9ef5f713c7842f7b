// A page of the ledger: so many messages of one actor, in columns of numbers. 37 bytes a message; an
// object and a place in a map took 330.
import { ledgerId, type PhaseSpans, phaseAt } from '../plan/plan.ts';
import type { Phase } from '../scenario/scenario.ts';
import { END_STATES, type EndState, STAGES, type Stage } from '../smtp/stage.ts';

export const PAGE_BITS = 12;
const MESSAGES = 1 << PAGE_BITS;

export const FLAG = {
  /** The target took it: 250 after the final dot. */
  accepted: 1,
  /** The sender has given up, or was told no for good. */
  settled: 2,
  unsent: 4,
  /** A genuine bounce: its reverse path is null. */
  bounce: 8,
} as const;

export type EntryState = 'delivered' | 'rejected' | 'lost' | 'late' | 'unsent';

export class LedgerPage {
  readonly actor: number;
  /** The index of its first message. */
  readonly first: number;
  readonly spans: PhaseSpans;
  /** When it was first due, ms from the run's start; NaN for a message of which nothing was told yet. */
  readonly dueMs = new Float64Array(MESSAGES).fill(Number.NaN);
  /** NaN until it has arrived for all its recipients that exist. */
  readonly deliveredMs = new Float64Array(MESSAGES).fill(Number.NaN);
  readonly flags = new Uint8Array(MESSAGES);
  readonly attempts = new Uint16Array(MESSAGES);
  /** The number of its latest attempt, from 1, and how that ended. */
  readonly latest = new Uint16Array(MESSAGES);
  readonly lastState = new Uint8Array(MESSAGES);
  readonly lastStage = new Uint8Array(MESSAGES);
  readonly lastCode = new Uint16Array(MESSAGES);
  /** Recipients, and those of them who do not exist. */
  readonly recipients = new Uint16Array(MESSAGES);
  readonly dead = new Uint16Array(MESSAGES);
  /** Recipients for whom the target has taken it, and whom it has refused for good. */
  readonly taken = new Uint16Array(MESSAGES);
  readonly denied = new Uint16Array(MESSAGES);
  /** Recipients for whom it arrived: more than it has means duplicates. */
  readonly arrived = new Uint32Array(MESSAGES);

  constructor(actor: number, first: number, spans: PhaseSpans) {
    this.actor = actor;
    this.first = first;
    this.spans = spans;
  }

  has(place: number): boolean {
    return !Number.isNaN(this.dueMs[place]);
  }

  /** Recipients whom a message can reach. One for none at all is kept waiting for nothing. */
  alive(place: number): number {
    return Math.max(1, (this.recipients[place] as number) - (this.dead[place] as number));
  }

  *entries(): Generator<Entry> {
    for (let place = 0; place < MESSAGES; place += 1) {
      if (this.has(place)) yield new Entry(this, place);
    }
  }
}

/** A legitimate message as it stands in its page: it changes with the page. */
export class Entry {
  private readonly page: LedgerPage;
  private readonly place: number;

  constructor(page: LedgerPage, place: number) {
    this.page = page;
    this.place = place;
  }

  get id(): string {
    return ledgerId(this.page.actor, this.page.first + this.place);
  }

  get actor(): number {
    return this.page.actor;
  }

  get phase(): Phase {
    return phaseAt(this.page.spans, this.dueMs);
  }

  get dueMs(): number {
    return this.page.dueMs[this.place] as number;
  }

  get deliveredMs(): number | undefined {
    const atMs = this.page.deliveredMs[this.place] as number;
    return Number.isNaN(atMs) ? undefined : atMs;
  }

  get attempts(): number {
    return this.page.attempts[this.place] as number;
  }

  get accepted(): boolean {
    return this.is(FLAG.accepted);
  }

  get settled(): boolean {
    return this.is(FLAG.settled);
  }

  /** There was no room for its first attempt. */
  get unsent(): boolean {
    return this.is(FLAG.unsent) && this.attempts === 0;
  }

  get isBounce(): boolean {
    return this.is(FLAG.bounce);
  }

  get lastState(): EndState {
    return END_STATES[this.page.lastState[this.place] as number] ?? 'cut';
  }

  get lastStage(): Stage {
    return STAGES[this.page.lastStage[this.place] as number] ?? 'connect';
  }

  get lastCode(): number {
    return this.page.lastCode[this.place] as number;
  }

  get recipients(): number {
    return this.page.recipients[this.place] as number;
  }

  get dead(): number {
    return this.page.dead[this.place] as number;
  }

  get taken(): number {
    return this.page.taken[this.place] as number;
  }

  get denied(): number {
    return this.page.denied[this.place] as number;
  }

  get arrived(): number {
    return this.page.arrived[this.place] as number;
  }

  get state(): EntryState {
    if (this.deliveredMs !== undefined) return 'delivered';
    if (this.unsent) return 'unsent';
    if (!this.settled) return 'late';
    // Taken and gone: whatever else was refused, that is the worse.
    const expected = Math.min(this.taken, this.page.alive(this.place));
    if (this.accepted && this.arrived < expected) return 'lost';
    return this.lastState === 'rejected' || this.denied > this.dead ? 'rejected' : 'lost';
  }

  private is(flag: number): boolean {
    return ((this.page.flags[this.place] as number) & flag) !== 0;
  }
}
