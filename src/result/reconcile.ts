// Holds our books against the target's own: both must have seen the same sessions and rejections.

import type { Recorder } from '../record/recorder.ts';
import { PHASES } from '../scenario/scenario.ts';
import type { Stage } from '../smtp/stage.ts';
import { type MailAccounts, mailBooks } from './mail-account.ts';
import type { Comparison, Warning } from './result.ts';

/** The target's account; absent figures are not compared. */
export interface TargetBooks {
  readonly sessions?: number;
  readonly lostAfterConnect?: number;
  readonly rcptRejects?: Readonly<Record<string, number>>;
  readonly stageRejects?: Readonly<Record<string, number>>;
  readonly accepted?: number;
  readonly bounces?: number;
  readonly messages?: MailAccounts;
}

/**
 * Stages at which a client is told no once, and our record holds that reply: by the names of our stages
 * and of the log's. A client that is refused at EHLO says HELO and is refused again, so that stage is not
 * compared.
 */
const STAGES_COMPARED = [
  ['banner', 'CONNECT', 'at the greeting'],
  ['mail', 'MAIL', 'at MAIL'],
  ['data', 'DATA', 'at DATA'],
  ['body', 'END-OF-MESSAGE', 'at the end of the message'],
] as const;

/** The same facts from both sides; equal figures are a check passed, unequal ones a warning. */
export function reconcile(recorder: Recorder, books: TargetBooks): Comparison[] {
  const comparisons: Comparison[] = [];
  if (books.sessions !== undefined && books.lostAfterConnect !== undefined) {
    comparisons.push({
      what: 'sessions in which the client spoke',
      ours: spoke(recorder),
      theirs: books.sessions - books.lostAfterConnect,
    });
  }
  if (books.rcptRejects) {
    const ours = negativeReplies(recorder);
    const codes = new Set([...Object.keys(books.rcptRejects), ...ours.keys()]);
    for (const code of [...codes].filter((c) => c !== NO_JUDGEMENT).sort()) {
      comparisons.push({
        what: `recipients refused with ${code}`,
        ours: ours.get(code) ?? 0,
        theirs: books.rcptRejects[code] ?? 0,
      });
    }
  }
  if (books.stageRejects) comparisons.push(...stageBooks(recorder, books.stageRejects));
  if (books.accepted !== undefined) {
    const all = recorder.plan.actors.map(({ index }) => index);
    comparisons.push({
      what: 'messages accepted',
      ours: recorder.counters.sessions(all, PHASES, 'accepted', 'body'),
      theirs: books.accepted,
    });
  }
  if (books.messages) comparisons.push(...mailBooks(recorder.ledger, books.messages));
  if (books.bounces !== undefined) comparisons.push(bounceBook(recorder, books.bounces));
  return comparisons;
}

function stageBooks(recorder: Recorder, theirs: Readonly<Record<string, number>>): Comparison[] {
  return STAGES_COMPARED.flatMap(([stage, logged, where]) => {
    const ours = repliesAt(recorder, stage);
    const codes = new Set(ours.keys());
    for (const key of Object.keys(theirs)) {
      const [at, code] = key.split(' ');
      if (at === logged && code !== undefined) codes.add(code);
    }
    return [...codes]
      .filter((code) => !NOT_LOGGED.test(code) && (stage === 'banner' || code !== FAREWELL))
      .sort()
      .map((code) => ({
        what: `sessions refused with ${code} ${where}`,
        ours: ours.get(code) ?? 0,
        theirs: theirs[`${logged} ${code}`] ?? 0,
      }));
  });
}

/** After the greeting it is the server's own end of the session, whatever was asked (RFC 5321 §3.8). */
const FAREWELL = '421';
/** Errors of syntax and order, which are no decision about anybody. */
const NOT_LOGGED = /^50\d$/;

function repliesAt({ counters }: Recorder, stage: Stage): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of counters.rows()) {
    if (row.stage !== stage || (row.state !== 'rejected' && row.state !== 'deferred')) continue;
    for (const [reply, n] of row.replies) {
      const code = reply.split(' ', 1)[0] ?? '';
      sums.set(code, (sums.get(code) ?? 0) + n);
    }
  }
  return sums;
}

function bounceBook({ emissions }: Recorder, theirs: number): Comparison {
  const { backscatter, fairBounces } = emissions.in(PHASES);
  return { what: 'bounces sent', ours: backscatter + fairBounces, theirs };
}

export function disagreements(comparisons: readonly Comparison[]): Warning[] {
  return comparisons
    .filter(({ ours, theirs }) => ours !== theirs)
    .map(({ what, ours, theirs }) => ({
      code: 'log-disagrees',
      text: `The two sides disagree on ${what}: ${ours} seen by the senders, ${theirs} in the target's own account.`,
      fatal: false,
    }));
}

/** A target tells apart those who left before they had said anything. */
function spoke({ plan, counters }: Recorder): number {
  return plan.actors.reduce(
    (sum, { index }) =>
      sum + PHASES.reduce((of, _, phase) => of + counters.startsOf(index, phase).spoke, 0),
    0,
  );
}

/** It says that the sender was refused before, not that the recipient is. */
const NO_JUDGEMENT = '503';

function negativeReplies(recorder: Recorder): Map<string, number> {
  const { refusals } = recorder.counters;
  return new Map([...refusals].map(([code, n]) => [String(code), n]));
}
