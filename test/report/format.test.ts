import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatLength,
  formatLoss,
  formatMetric,
  formatNumber,
  formatRatio,
  formatSeconds,
  formatShare,
  formatTick,
  formatTime,
  listOf,
} from '../../src/report/format.ts';

/** The tests are written with ordinary spaces. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers', () => {
  it.each([
    [0, '0 s'],
    [0.0000123, '12.3 µs'],
    [0.473, '473 ms'],
    [0.9996, '1.00 s'],
    [1.134, '1.13 s'],
    [59.94, '59.9 s'],
    [59.96, '1 m 00 s'],
    [65, '1 m 05 s'],
    [3599.7, '1 h 00 m'],
    [7440, '2 h 04 m'],
  ])('shows %d seconds as %s', (seconds, expected) => {
    expect(plain(formatSeconds(seconds))).toBe(expected);
  });

  it.each([
    [0.00123, '0.00123'],
    [0.9999, '1.00'],
    [4.5, '4.50'],
    [99.96, '100'],
    [12_345, '12,300'],
    [-4.5, '-4.50'],
  ])('shows %d with three significant digits', (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });

  it('never loses more than half of the third digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
        const shown = Number(formatNumber(value).replaceAll(',', ''));
        expect(Math.abs(shown - value) / value).toBeLessThanOrEqual(0.00501);
        expect(formatNumber(value)).not.toContain('e');
      }),
    );
  });

  it.each([
    [0, 250, '0 of 250 (≤ 1.2 %)'],
    [0, 7500, '0 of 7,500 (≤ 0.04 %)'],
    [12, 250, '12 of 250 (4.8 %)'],
    [0, 0, 'none sent'],
  ])('shows a loss of %d of %d with what it can carry', (lost, n, expected) => {
    expect(plain(formatLoss(lost, n))).toBe(expected);
  });

  it.each([
    [0.04, '25× lower'],
    [0.7, '1.4× lower'],
    [1.9, '1.9× higher'],
    [0.00083, '1,200× lower'],
    [1.2, 'no clear difference'],
    [0.81, 'no clear difference'],
  ])('tells a ratio of %d as “%s”', (ratio, expected) => {
    expect(formatRatio(ratio, 0.25)).toBe(expected);
  });

  it.each([
    [formatBytes(999), '999 B'],
    [formatBytes(999_600), '1 MB'],
    [formatBytes(1_234_567), '1.23 MB'],
    [formatShare(0.048), '4.8 %'],
    [formatShare(1), '100 %'],
    [formatCount(1_234_567), '1,234,567'],
    [formatCount(123), '123'],
    [formatLength(40), '40 s'],
    [formatLength(150), '2 m 30 s'],
    [formatLength(120), '2 min'],
    [formatTick(100), '100 s'],
    [formatTick(0.1), '100 ms'],
    [formatMetric(0.25, 'share'), '25 %'],
    [formatMetric(1.5, 'ms'), '1.50 ms'],
    [formatMetric(2, 'count'), '2'],
    [formatMetric(297.5, '/s'), '298/s'],
    [formatTime('2026-11-23T07:40:12.345Z'), '2026-11-23 07:40 UTC'],
    [listOf(['a', 'b', 'c']), 'a, b and c'],
  ])('shows %j', (shown, expected) => {
    expect(plain(shown)).toBe(expected);
  });
});
