// The ledger: every legitimate message from its planned start to its end. What it says does not depend
// on how the workers' rows cross: each fact of a row adds to a sum, raises a maximum, or belongs to the
// attempt with the highest number. All arrivals of a message come in order from one source, the sink.
import { COLUMN, RETRY } from '../engine/outcome.ts';
import { ledgerId, type PhaseSpans } from '../plan/plan.ts';
import { END_STATES } from '../smtp/stage.ts';
import { Entry, FLAG, LedgerPage, PAGE_BITS } from './ledger-page.ts';

interface Arrival {
  readonly atMs: number;
  readonly recipients: number;
}

const ACCEPTED = END_STATES.indexOf('accepted');
const UNSENT = END_STATES.indexOf('unsent');
const ON_PAGE = (1 << PAGE_BITS) - 1;
/** Batches cross by a fraction of a second. More than this was made up: ids that are none of ours. */
const MOST_EARLY = 100_000;

export class Ledger {
  /** Messages, and those of them that have arrived. */
  size = 0;
  delivered = 0;
  /** The longest that a delivered message took. */
  slowestMs: number | undefined;
  /** Messages at the sink that are none of ours. */
  strangers = 0;
  private readonly spans: PhaseSpans;
  private readonly hasSink: boolean;
  /** By actor and by the messages' indexes, which come one by one. */
  private readonly pages: LedgerPage[][] = [];
  /** Arrivals whose attempt has not been reported yet. */
  private readonly early = new Map<string, Arrival[]>();

  constructor(spans: PhaseSpans, hasSink: boolean) {
    this.spans = spans;
    this.hasSink = hasSink;
  }

  /** The end of one attempt: the row at `at`, see COLUMN. */
  attempted(rows: Float64Array, at: number): void {
    const actor = rows[at + COLUMN.actor] as number;
    const index = rows[at + COLUMN.index] as number;
    const page = this.pageOf(actor, index);
    const place = index & ON_PAGE;
    if (!page.has(place)) {
      page.dueMs[place] = rows[at + COLUMN.origin] as number;
      page.recipients[place] = 1;
      this.size += 1;
    }
    noteRecipients(page, place, rows, at);
    noteLatest(page, place, rows, at);
    const state = rows[at + COLUMN.state] as number;
    if (state === UNSENT) raise(page, place, FLAG.unsent);
    else page.attempts[place] = (page.attempts[place] as number) + 1;
    if (state === ACCEPTED) {
      const taken = rows[at + COLUMN.taken] as number;
      raise(page, place, FLAG.accepted);
      page.taken[place] = (page.taken[place] as number) + taken;
      if (!this.hasSink) this.arrive(page, place, rows[at + COLUMN.ended] as number, taken);
    }
    if (this.early.size > 0) this.takeEarly(page, place, ledgerId(actor, index));
  }

  /** A message at the sink, for so many recipients. It may come before the sender has its 250. */
  arrived(id: string | undefined, atMs: number, recipients = 1): void {
    const at = id === undefined ? undefined : parseId(id);
    if (id === undefined || !at) {
      this.strangers += 1;
      return;
    }
    const page = this.pages[at.actor]?.[at.index >>> PAGE_BITS];
    if (page?.has(at.index & ON_PAGE)) this.arrive(page, at.index & ON_PAGE, atMs, recipients);
    else this.keepEarly(id, { atMs, recipients });
  }

  get(id: string): Entry | undefined {
    const at = parseId(id);
    if (!at) return undefined;
    const page = this.pages[at.actor]?.[at.index >>> PAGE_BITS];
    const place = at.index & ON_PAGE;
    return page?.has(place) ? new Entry(page, place) : undefined;
  }

  /** By actor and index. */
  *all(): Generator<Entry> {
    for (const pages of this.pages) {
      for (const page of pages ?? []) if (page) yield* page.entries();
    }
  }

  private pageOf(actor: number, index: number): LedgerPage {
    this.pages[actor] ??= [];
    const pages = this.pages[actor];
    const number = index >>> PAGE_BITS;
    pages[number] ??= new LedgerPage(actor, number << PAGE_BITS, this.spans);
    return pages[number];
  }

  private arrive(page: LedgerPage, place: number, atMs: number, recipients: number): void {
    page.arrived[place] = (page.arrived[place] as number) + recipients;
    const isWhole = (page.arrived[place] as number) >= page.alive(place);
    if (!isWhole || !Number.isNaN(page.deliveredMs[place])) return;
    page.deliveredMs[place] = atMs;
    this.delivered += 1;
    this.slowestMs = Math.max(this.slowestMs ?? 0, atMs - (page.dueMs[place] as number));
  }

  private keepEarly(id: string, arrival: Arrival): void {
    const others = this.early.get(id);
    if (others) others.push(arrival);
    else if (this.early.size < MOST_EARLY) this.early.set(id, [arrival]);
    else this.strangers += 1;
  }

  private takeEarly(page: LedgerPage, place: number, id: string): void {
    for (const { atMs, recipients } of this.early.get(id) ?? []) {
      this.arrive(page, place, atMs, recipients);
    }
    this.early.delete(id);
  }
}

/** A message's recipients are those of its first attempt; a later one is for some of them. */
function noteRecipients(page: LedgerPage, place: number, rows: Float64Array, at: number): void {
  const all = rows[at + COLUMN.recipients] as number;
  const dead = rows[at + COLUMN.dead] as number;
  if (all > (page.recipients[place] as number)) page.recipients[place] = all;
  if (dead > (page.dead[place] as number)) page.dead[place] = dead;
  page.denied[place] = (page.denied[place] as number) + (rows[at + COLUMN.denied] as number);
  if (rows[at + COLUMN.nullPath] === 1) raise(page, place, FLAG.bounce);
}

function noteLatest(page: LedgerPage, place: number, rows: Float64Array, at: number): void {
  const attempt = (rows[at + COLUMN.attempt] as number) + 1;
  if (attempt < (page.latest[place] as number)) return;
  page.latest[place] = attempt;
  page.lastState[place] = rows[at + COLUMN.state] as number;
  page.lastStage[place] = rows[at + COLUMN.stage] as number;
  page.lastCode[place] = rows[at + COLUMN.code] as number;
  if (rows[at + COLUMN.retry] === RETRY.none) raise(page, place, FLAG.settled);
  else page.flags[place] = (page.flags[place] as number) & ~FLAG.settled;
}

function raise(page: LedgerPage, place: number, flag: number): void {
  page.flags[place] = (page.flags[place] as number) | flag;
}

/** See ledgerId. Undefined for what cannot be one of ours. */
function parseId(id: string): { readonly actor: number; readonly index: number } | undefined {
  const match = /^(0|[1-9]\d{0,3})-(0|[1-9]\d{0,8})$/.exec(id);
  return match ? { actor: Number(match[1]), index: Number(match[2]) } : undefined;
}
