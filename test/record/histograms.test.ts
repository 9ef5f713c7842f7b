// Histograms: what goes in comes out, sums are exact, and JavaScript says the same as WebAssembly.
import fc from 'fast-check';
import { decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HistogramGrid, MEASURES, makeHistogram, recordMs } from '../../src/record/histograms.ts';
import { PHASES } from '../../src/scenario/scenario.ts';

const QUANTILES = [0, 1, 25, 50, 75, 90, 95, 99, 99.9, 100];
const latencies = fc.array(fc.double({ min: 0, max: 120_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

function quantilesOf(histogram: { getValueAtPercentile(q: number): number }): number[] {
  return QUANTILES.map((q) => histogram.getValueAtPercentile(q));
}

describe('a histogram', () => {
  it.each([
    [0, 0],
    [0.001, 1],
    [-3, 0],
    [12.345, 12_345],
    [3_600_000, 3_600_000_000],
    [99_000_000, 3_600_000_000],
  ])('holds %d ms as %d µs, to three digits', (ms, us) => {
    const histogram = makeHistogram();
    recordMs(histogram, ms);
    expect(histogram.totalCount).toBe(1);
    const got = histogram.getValueAtPercentile(50);
    expect(Math.abs(got - us)).toBeLessThanOrEqual(us / 1000);
    histogram.destroy();
  });

  it('is the same after its encoding', () => {
    const histogram = makeHistogram();
    for (let ms = 0.5; ms < 5000; ms *= 1.1) recordMs(histogram, ms);
    const decoded = decodeFromCompressedBase64(encodeIntoCompressedBase64(histogram));
    expect(decoded.totalCount).toBe(histogram.totalCount);
    expect(quantilesOf(decoded)).toEqual(quantilesOf(histogram));
    histogram.destroy();
  });
});

describe('a grid', () => {
  it('sums its cells to what one histogram of all their values says', () => {
    fc.assert(
      fc.property(latencies, fc.integer({ min: 1, max: 3 }), (values, actors) => {
        const grid = new HistogramGrid(actors);
        const whole = makeHistogram();
        values.forEach((ms, i) => {
          grid.record(i % actors, i % PHASES.length, 5, ms);
          recordMs(whole, ms);
        });
        const all = Array.from({ length: actors }, (_, i) => i);
        const sum = grid.sum(all, [...PHASES.keys()], 5);
        expect(sum?.totalCount).toBe(values.length);
        expect(sum && quantilesOf(sum)).toEqual(quantilesOf(whole));
        expect(sum && encodeIntoCompressedBase64(sum)).toBe(encodeIntoCompressedBase64(whole));
        sum?.destroy();
        whole.destroy();
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    0,
    1,
    2047,
    2048,
    2049,
    4095,
    4096,
    4097,
    2 ** 31,
    2 ** 31 + 1,
    3_599_999_999,
    3_600_000_000,
  ])('has %d µs in the same bucket as the library', (us) => {
    const grid = new HistogramGrid(1);
    const library = makeHistogram();
    grid.record(0, 0, 0, us / 1000);
    library.recordValue(us);
    const sum = grid.sum([0], [0], 0);
    expect(sum && encodeIntoCompressedBase64(sum)).toBe(encodeIntoCompressedBase64(library));
    sum?.destroy();
    library.destroy();
  });

  it('mixes up neither actors nor phases nor measures', () => {
    const grid = new HistogramGrid(2);
    const everyCell = [0, 1].flatMap((actor) =>
      [...PHASES.keys()].flatMap((phase) =>
        [...MEASURES.keys()].map((measure) => [actor, phase, measure] as const),
      ),
    );
    for (const [i, cell] of everyCell.entries()) grid.record(...cell, i + 1);
    everyCell.forEach((cell, i) => {
      const [actor, phase, measure] = cell;
      const only = grid.sum([actor], [phase], measure);
      expect(only?.totalCount).toBe(1);
      expect(only?.maxValue).toBeCloseTo((i + 1) * 1000, -3);
      only?.destroy();
    });
  });

  it('has no sum of what nobody recorded', () => {
    const grid = new HistogramGrid(1);
    grid.record(0, 2, 1, 5);
    expect(grid.sum([0], [1], 1)).toBeUndefined();
    expect(grid.sum([0], [2], 2)).toBeUndefined();
    expect(grid.sum([], [2], 1)).toBeUndefined();
  });

  it('is not changed by being summed', () => {
    const grid = new HistogramGrid(1);
    grid.record(0, 2, 1, 5);
    grid.sum([0], [2], 1)?.destroy();
    const again = grid.sum([0], [2], 1);
    expect(again?.totalCount).toBe(1);
  });
});

describe('without WebAssembly', () => {
  afterEach(() => {
    vi.doUnmock('hdr-histogram-js');
    vi.resetModules();
  });

  it('every quantile is the same', async () => {
    vi.resetModules();
    const built: unknown[] = [];
    vi.doMock('hdr-histogram-js', async (original) => {
      const real = await original<typeof import('hdr-histogram-js')>();
      return {
        ...real,
        initWebAssemblySync: () => {
          throw new Error('no WebAssembly here');
        },
        build: (request: Parameters<typeof real.build>[0]) => {
          built.push(request?.useWebAssembly);
          return real.build(request);
        },
      };
    });
    const plain = await import('../../src/record/histograms.ts');
    fc.assert(
      fc.property(latencies, (values) => {
        const [a, b] = [makeHistogram(), plain.makeHistogram()];
        for (const ms of values) {
          recordMs(a, ms);
          plain.recordMs(b, ms);
        }
        expect(quantilesOf(b)).toEqual(quantilesOf(a));
        expect(b.maxValue).toBe(a.maxValue);
        for (const histogram of [a, b]) histogram.destroy();
      }),
      { numRuns: 20 },
    );
    expect(new Set(built)).toEqual(new Set([false]));
  });
});
