// A run assembled by the real code from rows made by hand: one phase busy, the others thin.
import { assembleRun } from '../../src/result/assemble-run.ts';
import type { Run } from '../../src/result/result.ts';
import { BOUNCERS, batchOf, LEGIT, many, recorderOf } from '../record/rows.ts';

export const BOUNCES = 30;
export const MAILS = 10;

export function realRun(): Run {
  const recorder = recorderOf();
  const common = {
    started: 1602,
    decided: 1650,
    ended: 1660,
    bytesIn: 100,
    bytesOut: 200,
  } as const;
  const marks = { connect: [1602, 1603], banner: [1603, 1610], rcpt: [1620, 1650] } as const;
  const bounce = { ...common, actor: BOUNCERS, intended: 1600, marks } as const;
  recorder.sampled({ cpuS: 1, memoryBytes: 1e6 }, 0);
  recorder.outcomes(
    batchOf([
      ...many(BOUNCES, { ...bounce, state: 'rejected', stage: 'rcpt', code: 550 }),
      { ...bounce, index: BOUNCES, state: 'unsent' },
    ]),
  );
  recorder.outcomes(
    batchOf(
      many(MAILS, { actor: LEGIT, state: 'accepted', stage: 'body', code: 250, intended: 2000 }),
    ),
  );
  // All but one arrive, after 1 s.
  for (let i = 1; i < MAILS; i += 1) recorder.delivered(`${LEGIT}-${i}`, 3000);
  recorder.progress(0, BOUNCES + MAILS, 2, 0, 1700);
  recorder.sampled({ cpuS: 3, memoryBytes: 2e6 }, 4000);
  return assembleRun(recorder, {
    variant: 'stock',
    repeat: 1,
    warnings: [],
    unavailable: [],
    books: [],
    extra: [],
    horizon: { endMs: 5000 },
  });
}
