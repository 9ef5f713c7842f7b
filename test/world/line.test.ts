import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cargo, Line, type LineOptions } from '../../src/world/line.ts';

/** One segment with its headers: 1500 bytes, 1 ms at this rate. */
const RATE = 12_000_000;
const segment = Buffer.alloc(1448);

interface Offer {
  readonly flow: string;
  readonly cargo: Cargo;
  readonly atMs: number;
}

interface Came {
  readonly flow: string;
  readonly cargo: Cargo;
  readonly atMs: number;
}

/** Runs the line dry on a clock of its own, which stops only where the line asks it to. */
function run(options: LineOptions, offers: readonly Offer[]): Came[] {
  const line = new Line<string>(options);
  const came: Came[] = [];
  const take = (atMs: number) => {
    for (const { flow, cargo } of line.take(atMs)) came.push({ flow, cargo, atMs });
  };
  const runTo = (untilMs: number) => {
    for (let next = line.nextMs(); next !== undefined && next <= untilMs; next = line.nextMs()) {
      take(next);
    }
  };
  for (const { flow, cargo, atMs } of offers) {
    runTo(atMs);
    line.offer(flow, cargo, atMs);
    take(atMs);
  }
  runTo(Number.MAX_SAFE_INTEGER);
  return came;
}

const times = (came: readonly Came[]) => came.map(({ atMs }) => Number(atMs.toFixed(6)));

describe('one direction of a link', () => {
  it('only delays where nothing limits it', () => {
    const big = Buffer.alloc(1_000_000);
    const came = run({ delayMs: 40 }, [
      { flow: 'a', cargo: big, atMs: 5 },
      { flow: 'b', cargo: segment, atMs: 6 },
    ]);
    expect(times(came)).toEqual([45, 46]);
    expect(came[0]?.cargo).toHaveLength(1_000_000);
  });

  it('sends one segment after the other, and each takes its time with its headers', () => {
    const came = run({ bitsPerSecond: RATE, delayMs: 10 }, [
      { flow: 'a', cargo: Buffer.alloc(3 * 1448), atMs: 100 },
    ]);
    expect(times(came)).toEqual([111, 112, 113]);
    expect(came.map(({ cargo }) => cargo.length)).toEqual([1448, 1448, 1448]);
  });

  it('is free at once after a pause, and saves up nothing', () => {
    const came = run({ bitsPerSecond: RATE, delayMs: 0 }, [
      { flow: 'a', cargo: segment, atMs: 0 },
      { flow: 'a', cargo: segment, atMs: 1000 },
      { flow: 'a', cargo: segment, atMs: 1000 },
    ]);
    expect(times(came)).toEqual([1, 1001, 1002]);
  });

  it('lets connections take turns, so that a large message does not hold up a small one', () => {
    const came = run({ bitsPerSecond: RATE, delayMs: 0 }, [
      { flow: 'large', cargo: Buffer.alloc(100 * 1448), atMs: 0 },
      { flow: 'small', cargo: segment, atMs: 0.5 },
    ]);
    // Behind the segment that is being sent, and the next turn, which was asked for before.
    expect(came.findIndex(({ flow }) => flow === 'small')).toBe(2);
    expect(came).toHaveLength(101);
  });

  it('brings an end and a reset in their turn, behind the bytes before them', () => {
    const came = run({ bitsPerSecond: RATE, delayMs: 1 }, [
      { flow: 'a', cargo: Buffer.alloc(2 * 1448), atMs: 0 },
      { flow: 'a', cargo: 'end', atMs: 0 },
      { flow: 'a', cargo: 'reset', atMs: 0 },
    ]);
    expect(came.slice(2).map(({ cargo }) => cargo)).toEqual(['end', 'reset']);
    expect(came[2]?.atMs).toBeGreaterThan(3);
  });

  it('loses no time on a look that comes late', () => {
    const line = new Line<string>({ bitsPerSecond: RATE, delayMs: 0 });
    line.offer('a', Buffer.alloc(20 * 1448), 0);
    // 10.5 segments' time later: the tenth has arrived, the eleventh is half sent.
    expect(line.take(10.5)).toHaveLength(10);
    expect(line.nextMs()).toBeCloseTo(11, 6);
  });

  const offers = fc
    .array(
      fc.record({
        flow: fc.constantFrom('a', 'b', 'c'),
        bytes: fc.integer({ min: 1, max: 9000 }),
        pause: fc.integer({ min: 0, max: 20 }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    .map((list) => {
      let atMs = 0;
      let letter = 0;
      return list.map(({ flow, bytes, pause }): Offer => {
        atMs += pause;
        letter = (letter + 1) % 256;
        return { flow, cargo: Buffer.alloc(bytes, letter), atMs };
      });
    });
  const bytesOf = (all: readonly { flow: string; cargo: Cargo }[], flow: string) =>
    Buffer.concat(all.filter((one) => one.flow === flow).map(({ cargo }) => Buffer.from(cargo)));

  it('brings every byte of each connection in order, never faster than it may', () => {
    fc.assert(
      fc.property(offers, fc.constantFrom(64_000, 2_000_000, RATE * 10), (sent, bitsPerSecond) => {
        const came = run({ bitsPerSecond, delayMs: 7 }, sent);
        for (const flow of ['a', 'b', 'c']) {
          expect(bytesOf(came, flow).equals(bytesOf(sent, flow))).toBe(true);
        }
        const bytes = sent.reduce((sum, { cargo }) => sum + cargo.length, 0);
        const [first, last] = [sent[0] as Offer, came.at(-1) as Came];
        expect(last.atMs - first.atMs).toBeGreaterThanOrEqual((bytes * 8000) / bitsPerSecond + 7);
      }),
    );
  });
});
