// What a run shows: an honest remaining time, and lines that a log can keep.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainView } from '../../../src/commands/run/plain-view.ts';
import {
  type Moment,
  remainingTime,
  showDuration,
  showRemaining,
} from '../../../src/commands/run/view.ts';

describe('the remaining time', () => {
  it.each<readonly [string, Parameters<typeof remainingTime>, number, boolean]>([
    ['of the first run is the schedule, and "at least"', [16, 5, [], 1, 0], 80, true],
    ['falls with the schedule', [16, 5, [], 1, 10], 70, true],
    ['never falls below the runs to come', [16, 5, [], 1, 99], 64, true],
    ['knows the overhead once a run has ended', [16, 5, [2], 2, 0], 64 + 4 * 2, false],
    ['takes the median of overheads', [10, 4, [1, 9, 2], 4, 5], 5 + 2, false],
    ['takes a run that was cut short for no hint of the others', [16, 5, [-11], 2, 0], 64, false],
    ['is nothing when the last run’s schedule has passed', [16, 5, [2], 5, 16], 0, false],
  ])('%s', (_, given, seconds, atLeast) => {
    expect(remainingTime(...given)).toEqual({ seconds, atLeast });
  });

  it('is never below what is scheduled', () => {
    const overheads = fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { maxLength: 9 });
    const length = fc.double({ min: 1, max: 600, noNaN: true });
    fc.assert(
      fc.property(
        length,
        fc.nat(9),
        fc.nat(9),
        overheads,
        length,
        (s, done, ahead, given, elapsed) => {
          const [number, of] = [done + 1, done + 1 + ahead];
          const { seconds } = remainingTime(s, of, given, number, elapsed);
          expect(seconds).toBeGreaterThanOrEqual(Math.max(0, s - elapsed) + s * ahead);
        },
      ),
    );
  });

  it.each([
    [{ seconds: 59.4, atLeast: true }, 'at least 59 s left'],
    [{ seconds: 60, atLeast: false }, 'about 1 m 00 s left'],
  ])('%j reads "%s"', (remaining, words) => {
    expect(showRemaining(remaining)).toBe(words);
  });

  it.each([
    [-3, '0 s'],
    [59.6, '1 m 00 s'],
    [125, '2 m 05 s'],
    [3600, '1 h 00 m'],
    [7380, '2 h 03 m'],
  ])('%d seconds read "%s"', (seconds, words) => {
    expect(showDuration(seconds)).toBe(words);
  });
});

const MOMENT: Moment = {
  step: 'calm',
  elapsed: 1,
  sinceStart: 1,
  remaining: { seconds: 40, atLeast: true },
  started: 0,
  perSecond: 0,
  duePerSecond: 0,
  lagMs: 0,
  inFlight: 0,
  faults: undefined,
  legit: { due: 0, delivered: 0, slowestS: undefined },
  target: { cpu: undefined, memoryBytes: undefined, queue: undefined },
  disk: { usedBytes: 0, expectedBytes: 0, freeBytes: 0 },
};

function linesOf(act: (view: PlainView) => void): string[] {
  const lines: string[] = [];
  act(new PlainView((line) => lines.push(line)));
  return lines;
}

describe('the plain view', () => {
  const run = { variant: 'stock', repeat: 1, number: 2, of: 5 };

  it('writes one line per step, however often it is told', () => {
    const lines = linesOf((view) => {
      view.begin(run);
      for (const step of ['starting', 'calm', 'calm', 'storm', 'storm', 'draining'] as const) {
        view.update({ ...MOMENT, step, started: step === 'starting' ? 0 : 12 });
      }
    });
    expect(lines).toEqual([
      'run 2/5 stock: starting, at least 40 s left',
      'run 2/5 stock: calm, 12 sessions started, at least 40 s left',
      'run 2/5 stock: storm, 12 sessions started, at least 40 s left',
      'run 2/5 stock: draining, 12 sessions started, at least 40 s left',
    ]);
  });

  it('says what failed on this machine as long as the run goes on', () => {
    const faults = '3 sessions failed on this machine (EMFILE: no file descriptor left)';
    const [line] = linesOf((view) => {
      view.begin(run);
      view.update({ ...MOMENT, started: 12, faults });
    });
    expect(line).toBe(`run 2/5 stock: calm, 12 sessions started, ${faults}, at least 40 s left`);
  });

  it('names the same step again in the next run', () => {
    const lines = linesOf((view) => {
      for (const number of [1, 2]) {
        view.begin({ ...run, number });
        view.update(MOMENT);
      }
    });
    expect(lines.map((line) => line.slice(0, 7))).toEqual(['run 1/5', 'run 2/5']);
  });

  it('has no control character, its notes included, and nothing to close', () => {
    const lines = linesOf((view) => {
      view.begin(run);
      view.update(MOMENT);
      view.note('12:00:00 ✔ stock: done');
      view.close();
    });
    expect(lines).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f]/);
  });
});
