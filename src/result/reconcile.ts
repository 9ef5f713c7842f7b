// Holds our books against the target's own: both must have seen the same sessions and rejections.

import type { Recorder } from '../record/recorder.ts';
import { PHASES } from '../scenario/scenario.ts';
import type { Comparison, Warning } from './result.ts';

/** The target's account; absent figures are not compared. */
export interface TargetBooks {
  readonly sessions?: number;
  readonly lostAfterConnect?: number;
  readonly rcptRejects?: Readonly<Record<string, number>>;
  readonly accepted?: number;
}

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
  if (books.accepted !== undefined) {
    const all = recorder.plan.actors.map(({ index }) => index);
    comparisons.push({
      what: 'messages accepted',
      ours: recorder.counters.sessions(all, PHASES, 'accepted', 'body'),
      theirs: books.accepted,
    });
  }
  return comparisons;
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
