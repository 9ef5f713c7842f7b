// What became of each kind of sender under each variant, over calm, storm and recovery: of the attackers
// session by session, and of real mail message by message, genuine bounces apart.
import type { ActorFacts, LedgerRow, OutcomeRow, Run } from '../result/result.ts';
import { type EndState, FORGONE } from '../smtp/stage.ts';
import { STOPS, stopOf } from './effort.ts';
import { actorValue, sumOf } from './metrics.ts';
import type { Standing } from './standing.ts';
import type { Study } from './study.ts';

/** In the order of the bars; `tone` is an index of the stages' colours. */
export const ATTACK_FATES = [
  { name: 'rejected', tone: 5 },
  { name: 'hung up on', tone: 3 },
  { name: 'deferred', tone: 1 },
  { name: 'timed out', tone: 6 },
  { name: 'accepted', tone: 7 },
  { name: 'not played out', tone: 8 },
  { name: 'held its slot to the end', tone: 9 },
] as const;
const ACCEPTED = 4;
const NOT_PLAYED_OUT = 5;
const HELD = 6;

/** `tone` is an index of the delays' colours. */
export const MAIL_FATES = [
  { name: 'at the first attempt', tone: 0 },
  { name: 'after retries', tone: 1 },
  { name: 'on its way at the end', tone: 2 },
  { name: 'rejected', tone: 3 },
  { name: 'lost', tone: 4 },
] as const;

/** One kind of sender. */
export interface SenderGroup {
  readonly name: string;
  /** What it is. */
  readonly kind: string;
  readonly isAttack: boolean;
  readonly rows: readonly SenderRow[];
}

/** One variant. */
export interface SenderRow {
  readonly standing: Standing;
  /** By the index of ATTACK_FATES or MAIL_FATES. */
  readonly counts: readonly number[];
  /** Sessions of attackers, or real messages. */
  readonly total: number;
  /** Sessions that the sender's own rule forbade; not in the total. */
  readonly withheld: number;
  /** Sessions that an SPF record left nothing to answer; not in the total. */
  readonly averted: number;
  /** Share of its messages, or of the sessions of those who send none, that were accepted. */
  readonly through: number | undefined;
  /** Sessions per original, or attempts per message. */
  readonly attempts: number | undefined;
  /** Recipients asked for per session. */
  readonly asked: number | undefined;
  /** Share of the sessions. */
  readonly tls: number | undefined;
  /** The commonest stage at which the server said no, and its share of those. */
  readonly decided: { readonly stop: string; readonly share: number } | undefined;
}

/** They ask and send nothing: each session is an answer of its own. */
const WITHOUT_MESSAGES: ReadonlySet<string> = new Set(['callout', 'harvester']);

/** Real mail comes last, where there is something to weigh it against. */
export function senderGroups(study: Study): SenderGroup[] {
  const attackers = study.result.actors.filter(({ kind }) => kind !== 'legit');
  const attack = attackers.map(
    (actor): SenderGroup => ({
      name: actor.name,
      kind: actor.kind,
      isAttack: true,
      rows: rowsOf(study, (standing) => attackRow(standing, actor)),
    }),
  );
  const mail = (name: string, kind: string, bounce: boolean): SenderGroup => ({
    name,
    kind,
    isAttack: false,
    rows: rowsOf(study, (standing) => mailRow(standing, bounce)),
  });
  const bounces = mail('genuine bounces', 'null sender, to somebody who wrote', true);
  const weighed = attackers.length > 1 || bounces.rows.length > 0;
  const real = weighed ? [mail('real mail', 'all but genuine bounces', false)] : [];
  return [...attack, ...real, bounces].filter(({ rows }) => rows.length > 0);
}

function rowsOf({ standings }: Study, row: (standing: Standing) => SenderRow): SenderRow[] {
  return standings.map(row).filter(({ total }) => total > 0);
}

function attackRow(standing: Standing, { name, kind }: ActorFacts): SenderRow {
  const { counted } = standing;
  const own = counted
    .flatMap((run) => run.outcomes)
    .filter((row) => row.actor === name && row.phase !== 'warmup');
  const rows = own.filter(({ state }) => !FORGONE.has(state));
  const forgone = (why: EndState) => sessionsOf(own.filter(({ state }) => state === why));
  const counts = countFates(rows, kind);
  const sum = (metric: string) => sumOf(counted.map((run) => actorValue(run, name, metric)));
  const sessions = sum('sessions') ?? 0;
  const originals = originalsOf(counted, name);
  const base = WITHOUT_MESSAGES.has(kind) ? sessions : originals;
  return {
    standing,
    counts,
    total: counts.reduce((all, count) => all + count, 0),
    withheld: forgone('withheld'),
    averted: forgone('averted'),
    through: share(counts[ACCEPTED], base),
    attempts: share(sessions, originals),
    asked: share(sum('recipients'), sessions),
    tls: share(sum('tls'), sessions),
    decided: decidedAt(rows),
  };
}

function share(part: number | undefined, whole: number): number | undefined {
  return part === undefined || whole <= 0 ? undefined : part / whole;
}

/** First attempts: the sessions, less what was tried again. */
function originalsOf(runs: readonly Run[], name: string): number {
  return runs.reduce((sum, run) => {
    const sessions = actorValue(run, name, 'sessions');
    const each = actorValue(run, name, 'amplification');
    return sum + (sessions === undefined || !each ? 0 : Math.round(sessions / each));
  }, 0);
}

function sessionsOf(rows: readonly OutcomeRow[]): number {
  return rows.reduce((sum, { sessions }) => sum + sessions, 0);
}

const FATE_OF: Readonly<Partial<Record<EndState, number>>> = {
  rejected: 0,
  refused: 1,
  dropped: 1,
  deferred: 2,
  timedOut: 3,
  accepted: ACCEPTED,
};

function countFates(rows: readonly OutcomeRow[], kind: string): number[] {
  // It is there to stay: a session that the run's end cut did what it came for.
  const cut = kind === 'slow-client' ? HELD : NOT_PLAYED_OUT;
  const counts: number[] = ATTACK_FATES.map(() => 0);
  const add = (fate: number, sessions: number): void => {
    counts[fate] = (counts[fate] ?? 0) + sessions;
  };
  for (const { state, sessions, replies } of rows) {
    const farewells = state === 'deferred' ? farewellsIn(replies) : 0;
    add(FATE_OF[state] ?? (state === 'cut' ? cut : NOT_PLAYED_OUT), sessions - farewells);
    add(1, farewells);
  }
  return counts;
}

/** The server closes the connection after 421 (RFC 5321 §3.8): so it is when there were too many errors. */
function farewellsIn(replies: OutcomeRow['replies']): number {
  const codes = Object.entries(replies).filter(([code]) => code.startsWith('421'));
  return codes.reduce((sum, [, sessions]) => sum + sessions, 0);
}

function decidedAt(rows: readonly OutcomeRow[]): SenderRow['decided'] {
  const negative = rows.filter(({ state }) => (FATE_OF[state] ?? NOT_PLAYED_OUT) < 3);
  const total = sessionsOf(negative);
  if (total === 0) return undefined;
  const stops = STOPS.map((stop, i) => ({
    stop,
    share: sessionsOf(negative.filter((row) => stopOf(row) === i)) / total,
  }));
  return stops.sort((a, b) => b.share - a.share)[0];
}

function mailRow(standing: Standing, bounce: boolean): SenderRow {
  const rows = standing.counted
    .flatMap((run) => run.ledger)
    .filter((row) => row.phase !== 'warmup' && row.state !== 'unsent')
    .filter((row) => (row.bounce === true) === bounce);
  const counts: number[] = MAIL_FATES.map(() => 0);
  for (const row of rows) counts[mailFate(row)] = (counts[mailFate(row)] ?? 0) + 1;
  const attempts = rows.reduce((sum, row) => sum + row.attempts, 0);
  return {
    standing,
    counts,
    total: rows.length,
    withheld: 0,
    averted: 0,
    through: share((counts[0] ?? 0) + (counts[1] ?? 0), rows.length),
    attempts: share(attempts, rows.length),
    asked: undefined,
    tls: undefined,
    decided: undefined,
  };
}

function mailFate({ state, attempts }: LedgerRow): number {
  if (state === 'delivered') return attempts > 1 ? 1 : 0;
  return state === 'late' ? 2 : state === 'rejected' ? 3 : 4;
}
