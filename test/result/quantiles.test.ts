// Quantiles of waiting times, where what never arrived is later than everything that did.
import { describe, expect, it } from 'vitest';
import { makeHistogram, recordMs } from '../../src/record/histograms.ts';
import { histogramMetrics, waitMetrics } from '../../src/result/quantiles.ts';

const arrived = (ms: number) => ({ ms, arrived: true });
const never = (ms: number) => ({ ms, arrived: false });

function shown(waits: readonly { ms: number; arrived: boolean }[]): Record<string, string> {
  return Object.fromEntries(
    waitMetrics('w', 'storm', waits).map(({ metric, value, censored }) => [
      metric.slice(2),
      `${censored ? '≥ ' : ''}${value}`,
    ]),
  );
}

describe('quantiles of single waits', () => {
  it.each([
    ['of one value are that value', [arrived(2000)], { p50: '2', p99: '2', max: '2' }],
    [
      'are nearest ranks: p50 of 1…100 is the 50th',
      Array.from({ length: 100 }, (_, i) => arrived(100_000 - i * 1000)),
      { p50: '50', p90: '90', p95: '95', p99: '99', max: '100' },
    ],
    [
      'put what never arrived last, however short it was waited for',
      [never(1), arrived(1000), arrived(2000), arrived(9000)],
      { p50: '2', p90: '≥ 0.001', max: '≥ 0.001' },
    ],
    [
      'are untouched by a lost message beyond them',
      [...Array.from({ length: 99 }, () => arrived(1000)), never(60_000)],
      { p50: '1', p95: '1', p99: '1', max: '≥ 60' },
    ],
    [
      'are all "at least" when nothing arrived, up to the longest wait',
      [never(5000), never(7000)],
      { p50: '≥ 5', p90: '≥ 7', max: '≥ 7' },
    ],
  ])('%s', (_, waits, expected) => {
    expect(shown(waits)).toMatchObject(expected);
  });

  it('rest on every wait, and there are none of nothing', () => {
    expect(waitMetrics('w', 'calm', [arrived(1), never(2)]).every(({ n }) => n === 2)).toBe(true);
    expect(waitMetrics('w', 'calm', [])).toEqual([]);
  });
});

describe('quantiles of a histogram', () => {
  it('are in seconds, from microseconds', () => {
    const histogram = makeHistogram();
    for (let ms = 1; ms <= 1000; ms += 1) recordMs(histogram, ms);
    const metrics = histogramMetrics('x', 'storm', histogram, 'bots');
    histogram.destroy();
    const value = (name: string) => metrics.find(({ metric }) => metric === `x.${name}`)?.value;
    for (const [name, seconds] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
      ['max', 1],
    ] as const) {
      expect(value(name)).toBeCloseTo(seconds, 2);
    }
    expect(metrics.every((m) => m.n === 1000 && m.unit === 's' && m.actor === 'bots')).toBe(true);
  });

  it('are absent, not 0, where nothing was measured', () => {
    const empty = makeHistogram();
    expect(histogramMetrics('x', 'storm', empty)).toEqual([]);
    expect(histogramMetrics('x', 'storm', undefined)).toEqual([]);
    empty.destroy();
  });
});
