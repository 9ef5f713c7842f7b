// A ration: what takes long is done less often.
import { describe, expect, it } from 'vitest';
import { Ration } from '../../../src/commands/run/ration.ts';

/** The seconds, of a minute, in which work was done that takes so long each time. */
function doneIn(tookMs: (n: number) => number, share = 0.02): number[] {
  let clock = 0;
  const ration = new Ration(share, () => clock);
  const done: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    clock = second * 1000;
    ration.spend(() => {
      clock += tookMs(done.length);
      done.push(second);
    });
  }
  return done;
}

describe('a ration of one part in fifty', () => {
  it.each([
    ['5 ms: each second', 5, 60],
    ['20 ms: each second', 20, 60],
    ['21 ms: every other second', 21, 30],
    ['200 ms: every ten seconds', 200, 6],
    ['2 s: not twice in a minute', 2000, 1],
  ])('gives work of %s', (_, tookMs, times) => {
    expect(doneIn(() => tookMs)).toHaveLength(times);
  });

  it('goes by what the last took, not by the first', () => {
    expect(doneIn((n) => (n === 0 ? 500 : 1))).toEqual([0, ...range(25, 60)]);
  });
});

it('work that fails is told to whoever asked for it, and due again', () => {
  let clock = 0;
  const ration = new Ration(0.02, () => clock);
  const fail = () =>
    ration.spend(() => {
      clock += 900;
      throw new Error('disk full');
    });
  expect(fail).toThrow('disk full');
  expect(fail).toThrow('disk full');
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
