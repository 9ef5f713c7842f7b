// Merging: the same outcomes say the same, whichever workers played them and however their batches cross.
import fc from 'fast-check';
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { MEASURES } from '../../src/record/histograms.ts';
import type { Recorder } from '../../src/record/recorder.ts';
import { assembleRun } from '../../src/result/assemble-run.ts';
import { PHASES } from '../../src/scenario/scenario.ts';
import { campaign, delivery, play, type Session } from './campaign.ts';
import { BOUNCERS, LEGIT, recorderOf, smallPlan } from './rows.ts';

const PLAN = smallPlan();

/** Every histogram there is, byte for byte. */
function histogramsIn({ histograms }: Recorder): Record<string, string> {
  const encoded: Record<string, string> = {};
  for (const actor of [LEGIT, BOUNCERS]) {
    for (const phase of PHASES.keys()) {
      for (const measure of MEASURES.keys()) {
        const histogram = histograms.sum([actor], [phase], measure);
        if (!histogram) continue;
        encoded[`${actor} ${phase} ${MEASURES[measure]}`] = encodeIntoCompressedBase64(histogram);
        histogram.destroy();
      }
    }
  }
  return encoded;
}

function everythingIn(recorder: Recorder) {
  const { counters, timeline, ledger } = recorder;
  const starts = [LEGIT, BOUNCERS].flatMap((actor) =>
    [...PHASES.keys()].map((phase) => counters.startsOf(actor, phase)),
  );
  return {
    histograms: histogramsIn(recorder),
    outcomes: counters.rows(),
    starts,
    decided: PHASES.map((phase) => counters.decidedIn([LEGIT, BOUNCERS], phase)),
    refusals: Object.fromEntries(counters.refusals),
    slots: timeline.slots.map(({ started, ended, lagMaxMs }) => ({ started, ended, lagMaxMs })),
    inFlight: timeline.inFlight(),
    started: recorder.started,
    ledger: [...ledger.all()].map((entry) => ({
      ...{ id: entry.id, state: entry.state, dueMs: entry.dueMs, attempts: entry.attempts },
      ...{ deliveredMs: entry.deliveredMs, arrived: entry.arrived, accepted: entry.accepted },
      ...{ settled: entry.settled, lastState: entry.lastState, lastStage: entry.lastStage },
      ...{ lastCode: entry.lastCode, taken: entry.taken, denied: entry.denied },
    })),
    mail: [ledger.size, ledger.delivered, ledger.slowestMs, ledger.strangers],
    run: assembleRun(recorder, {
      ...{ variant: 'v', repeat: 1, warnings: [], unavailable: [], books: [], extra: [] },
      horizon: { endMs: 9000 },
    }),
  };
}

function withoutArrivals(sessions: readonly Session[]): Session[] {
  return sessions.map((session) => ({ ...session, arrivals: [] }));
}

describe('what 1, 2 and 4 workers measured', () => {
  it.each([
    ['with a sink', true],
    ['without one', false],
  ])('is the same to the last bit, in whatever order their batches arrive, %s', (_, hasSink) => {
    fc.assert(
      fc.property(
        campaign,
        fc.array(delivery, { minLength: 4, maxLength: 4 }),
        (sessions, ways) => {
          const [first, ...others] = [1, 1, 2, 4].map((shards, i) => {
            const recorder = recorderOf(hasSink, PLAN);
            const way = ways[i];
            if (way) play(recorder, hasSink ? sessions : withoutArrivals(sessions), shards, way);
            return everythingIn(recorder);
          });
          for (const other of others) expect(other).toEqual(first);
        },
      ),
      // What a failure shrinks to is seldom worth the minutes that it takes.
      { numRuns: 20, endOnFailure: true },
    );
  });
});
