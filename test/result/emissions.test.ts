// What the target sent of its own accord, in its phases; and both sides' books of it and of the refusals.
import { describe, expect, it } from 'vitest';
import type { Emission } from '../../src/record/emissions.ts';
import { emissionMetrics, emittedSamples } from '../../src/result/emission-metrics.ts';
import { reconcile } from '../../src/result/reconcile.ts';
import { PHASES, type Phase } from '../../src/scenario/scenario.ts';
import { BOUNCERS, batchOf, many, recorderOf } from '../record/rows.ts';

const BOUNCE: Emission = { kind: 'bounce', failed: 2 };

/** Warm-up to 500 ms, calm to 1500, storm to 3500, recovery to 4000. */
function seen(...emissions: readonly (readonly [Emission, number])[]) {
  const recorder = recorderOf();
  for (const [emission, atMs] of emissions) recorder.emitted(emission, atMs);
  return recorder;
}

function valueIn(phases: readonly Phase[], metric: string, recorder = seen()): number | undefined {
  const window = { phase: 'run' as const, phases, fromMs: 0, toMs: 1 };
  return emissionMetrics(recorder, window).find((one) => one.metric === metric)?.value;
}

describe('what a target sends', () => {
  const recorder = seen(
    [BOUNCE, 400],
    [BOUNCE, 1600],
    [{ ...BOUNCE, isFair: true }, 1700],
    [{ kind: 'probe' }, 1800],
    [{ kind: 'other' }, 1900],
    // When all is drained.
    [BOUNCE, 9000],
  );

  it.each<[string, readonly number[]]>([
    ['target.backscatter', [1, 0, 1, 1]],
    ['target.backscatter_recipients', [2, 0, 2, 2]],
    ['target.fair_bounces', [0, 0, 1, 0]],
    ['target.probes', [0, 0, 1, 0]],
    ['target.other_mail', [0, 0, 1, 0]],
  ])('%s is counted in the phase in which it comes', (metric, expected) => {
    expect(PHASES.map((phase) => valueIn([phase], metric, recorder))).toEqual(expected);
    const without = expected.slice(1).reduce((sum, n) => sum + n, 0);
    expect(valueIn(['calm', 'storm', 'recovery'], metric, recorder)).toBe(without);
  });

  it('is 0 where a sink saw nothing, and not told where there is none', () => {
    expect(valueIn(['storm'], 'target.backscatter')).toBe(0);
    expect(valueIn(['storm'], 'target.backscatter', recorderOf(false))).toBeUndefined();
  });

  it('is shown by a few samples, with the second in which they came', () => {
    const sample = { from: '', to: 'a@isp.example', subject: 's', lines: ['x'] };
    const many = Array.from({ length: 99 }, () => [{ ...BOUNCE, sample }, 1600] as const);
    const samples = emittedSamples(seen(...many).emissions);
    expect(samples).toHaveLength(10);
    expect(samples[0]).toEqual({ t: 1.6, kind: 'bounce', ...sample });
  });
});

describe('the books', () => {
  const bookOf = (recorder: ReturnType<typeof recorderOf>, what: string, books: object) =>
    reconcile(recorder, books).find((one) => one.what === what);

  it('hold the bounces that the sink saw against those of the log', () => {
    const recorder = seen([BOUNCE, 400], [{ ...BOUNCE, isFair: true }, 1700]);
    expect(bookOf(recorder, 'bounces sent', { bounces: 3 })).toMatchObject({ ours: 2, theirs: 3 });
  });

  it.each([
    ['banner', 'CONNECT', 421, 'at the greeting'],
    ['mail', 'MAIL', 552, 'at MAIL'],
    ['body', 'END-OF-MESSAGE', 550, 'at the end of the message'],
  ] as const)('hold refusals at %s against those at %s', (stage, logged, code, where) => {
    const recorder = recorderOf();
    const state = code < 500 ? 'deferred' : 'rejected';
    recorder.outcomes(batchOf(many(2, { actor: BOUNCERS, state, stage, code, intended: 1600 })));
    const what = `sessions refused with ${code} ${where}`;
    const theirs = { [`${logged} ${code}`]: 3 };
    expect(bookOf(recorder, what, { stageRejects: theirs })).toMatchObject({ ours: 2, theirs: 3 });
    expect(bookOf(recorder, what, { stageRejects: {} })).toMatchObject({ ours: 2, theirs: 0 });
  });

  it.each([503, 421])('leave out %d, which is no decision and in no log', (code) => {
    const recorder = recorderOf();
    const odd = {
      actor: BOUNCERS,
      state: 'rejected',
      stage: 'mail',
      code,
      intended: 1,
    } as const;
    recorder.outcomes(batchOf([odd]));
    expect(reconcile(recorder, { stageRejects: {} })).toEqual([]);
  });

  it.each([421, 521])(
    'do not take a client that hears %d for a greeting for one that spoke',
    (code) => {
      const recorder = recorderOf();
      const marks = { helo: [1600, 1610] } as const;
      const early = { actor: BOUNCERS, stage: 'banner', code, intended: 1600, marks } as const;
      recorder.outcomes(batchOf([{ ...early, state: 'rejected' }]));
      const books = reconcile(recorder, { sessions: 1, lostAfterConnect: 1 });
      expect(books).toEqual([{ what: 'sessions in which the client spoke', ours: 0, theirs: 0 }]);
    },
  );
});
