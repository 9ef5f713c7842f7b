import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels } from '../../src/report/svg/labels.ts';
import {
  linearScale,
  logScale,
  niceStep,
  ninesScale,
  timeScale,
} from '../../src/report/svg/scale.ts';
import { minMaxBuckets, timeLine } from '../../src/report/svg/time-line.ts';

const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

describe('scales', () => {
  it('ticks at 1, 2 or 5 times a power of ten, no more than wanted', () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 2, max: 12 }), (max, most) => {
        const step = niceStep(max, most);
        const mantissa = Number((step / 10 ** Math.floor(Math.log10(step) + 1e-9)).toPrecision(6));
        expect([1, 2, 5]).toContain(mantissa);
        const scale = linearScale(max, [100, 0], most);
        expect(scale.ticks.length).toBeLessThanOrEqual(most + 1);
        expect(scale.ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6));
      }),
    );
  });

  it('gives counts whole ticks', () => {
    expect(linearScale(3, [100, 0], 10, 1).ticks).toEqual([0, 1, 2, 3]);
    expect(linearScale(0, [100, 0], 4, 1).ticks).toEqual([0, 1]);
  });

  it('never maps outside the plot, whatever the value', () => {
    const scales = [
      linearScale(80, [100, 0], 4),
      logScale(0.02, 31, [100, 0]),
      ninesScale(0.999, [0, 100]),
      timeScale(2, 67, [0, 100], 12),
    ];
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        for (const scale of scales) {
          expect(scale.at(value)).toBeGreaterThanOrEqual(0);
          expect(scale.at(value)).toBeLessThanOrEqual(100);
        }
      }),
    );
  });

  it('gives a log scale whole decades and more ticks where they are few', () => {
    expect(logScale(0.02, 31, [100, 0]).ticks).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(logScale(1, 10, [100, 0]).ticks).toEqual([1, 2, 5, 10]);
    expect(logScale(5, 5, [100, 0]).ticks).toEqual([1, 2, 5, 10]);
  });

  it('puts 90 %, 99 % and 99.9 % equally far apart', () => {
    const scale = ninesScale(0.999, [0, 300]);
    const [a, b, c] = [scale.at(0.9), scale.at(0.99), scale.at(0.999)];
    expect([a, b, c].map(Math.round)).toEqual([100, 200, 300]);
  });

  it('starts its time ticks at the first moment shown, at round steps', () => {
    expect(timeScale(2, 67, [0, 100], 7).ticks).toEqual([2, 12, 22, 32, 42, 52, 62]);
    expect(timeScale(0, 7200, [0, 100], 12).ticks).toHaveLength(13);
  });
});

describe('labels', () => {
  const label = (y: number, i: number) => ({ text: `v${i}`, y });

  it('never overlap, stay within the plot and keep the order of their lines', () => {
    const ys = fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 30 });
    fc.assert(
      fc.property(ys, (wanted) => {
        const placed = placeLabels(wanted.map(label), 15, 20, 200);
        expect(placed.length).toBe(Math.min(wanted.length, 13));
        placed.forEach(({ y, label: own }, i) => {
          expect(y).toBeGreaterThanOrEqual(20 - 1e-6);
          expect(y).toBeLessThanOrEqual(200 + 1e-6);
          const above = placed[i - 1];
          if (above === undefined) return;
          expect(y - above.y).toBeGreaterThanOrEqual(15 - 1e-6);
          expect(own.y).toBeGreaterThanOrEqual(above.label.y);
        });
      }),
    );
  });

  it('stand exactly at their lines where there is room', () => {
    const placed = placeLabels([label(150, 0), label(60, 1)], 15, 20, 200);
    expect(placed.map(({ y }) => y)).toEqual([60, 150]);
  });

  it('share the shift between two that would touch', () => {
    const placed = placeLabels([label(100, 0), label(100, 1)], 15, 20, 200);
    expect(placed.map(({ y }) => y)).toEqual([92.5, 107.5]);
  });
});

describe('time lines', () => {
  const x = timeScale(0, 10_000, [0, 1000], 10);
  const y = linearScale(100, [100, 0], 4);

  it('keep a spike of one second in a run of hours', () => {
    const points = Array.from({ length: 10_000 }, (_, t) => ({ t, value: t === 7777 ? 100 : 1 }));
    const buckets = minMaxBuckets(points, 500);
    expect(buckets.length).toBeLessThanOrEqual(500);
    expect(Math.max(...buckets.map((bucket) => bucket?.high ?? 0))).toBe(100);
    expect(timeLine(points, x, y, 500).length).toBeLessThan(12_000);
  });

  it('break where there are no data, and reach the top where mail never arrived', () => {
    const values = [50, undefined, 50, Number.POSITIVE_INFINITY];
    const points = values.map((value, i) => ({ t: i * 1000, value }));
    expect(timeLine(points, x, y, 500)).toBe('M0 50h2M200 50L300 0');
  });
});
