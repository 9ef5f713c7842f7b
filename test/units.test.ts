// The units of scenario files: exact values, and that every formatter is read back by its parser.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBandwidth,
  formatDuration,
  formatRate,
  formatShare,
  formatSize,
  parseBandwidth,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from '../src/units.ts';

describe('parsers', () => {
  test.each([
    [parseDuration, '500us', 0.5],
    [parseDuration, '30ms', 30],
    [parseDuration, '5s', 5000],
    [parseDuration, '5m', 300_000],
    [parseDuration, '2h', 7_200_000],
    [parseDuration, '3d', 259_200_000],
    [parseDuration, '1.005s', 1005],
    [parseDuration, '0s', 0],
    [parseRate, '500/s', 500],
    [parseRate, '30/min', 0.5],
    [parseRate, '1800/h', 0.5],
    [parseBandwidth, '2Mbit/s', 2e6],
    [parseBandwidth, '1.5kbit/s', 1500],
    [parseSize, '4KB', 4000],
    [parseSize, '1MiB', 1_048_576],
    [parseSize, '1.5KiB', 1536],
    [parseSize, '0B', 0],
    [parseShare, '60%', 0.6],
    [parseShare, '99.9%', 0.999],
  ])('%o reads %s as %d', (parse, text, value) => {
    expect(parse(text)).toBe(value);
  });

  test.each([
    [parseDuration, ['', '5', 's', '5 s', '-5s', '5S', '5min', '1e3s', '.5s', '5s ', '٣s', '5s\n']],
    [parseRate, ['5', '5/m', '/s', '5 /s', '-1/s', '5/sec']],
    [parseBandwidth, ['2Mbit', '2Mbps', '2/s', '2mbit/s']],
    [parseSize, ['5', '5K', '5kb', '5 KB', '-5KB']],
    [parseShare, ['5', '5 %', '-5%', '%']],
  ])('%o reads nothing else', (parse, texts) => {
    for (const text of texts) expect(parse(text), text).toBeUndefined();
  });
});

describe('formatters', () => {
  test.each([
    [formatDuration, 0, '0s'],
    [formatDuration, 0.5, '500us'],
    [formatDuration, 1500, '1500ms'],
    [formatDuration, 90_000, '90s'],
    [formatDuration, 300_000, '5m'],
    [formatDuration, 172_800_000, '2d'],
    [formatRate, 500, '500/s'],
    [formatRate, 40 / 60, '40/min'],
    [formatRate, 2 / 3600, '2/h'],
    [formatRate, 0, '0/s'],
    [formatBandwidth, 2e6, '2Mbit/s'],
    [formatBandwidth, 1500, '1.5kbit/s'],
    [formatSize, 4000, '4KB'],
    [formatSize, 4096, '4KiB'],
    [formatSize, 1, '1B'],
    [formatShare, 0.07, '7%'],
    [formatShare, 0.999, '99.9%'],
  ])('%o writes %d as %s', (format, value, text) => {
    expect(format(value)).toBe(text);
  });

  test('every duration in whole microseconds comes back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e14 }), (us) => {
        expect(parseDuration(formatDuration(us / 1000))).toBe(us / 1000);
      }),
    );
  });

  test('every rate per second, minute or hour comes back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e6 }), fc.constantFrom(1, 60, 3600), (count, seconds) => {
        expect(parseRate(formatRate(count / seconds))).toBeCloseTo(count / seconds, 9);
      }),
    );
  });

  test('every size comes back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });

  test('every share in hundredths of a percent comes back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000 }), (parts) => {
        expect(parseShare(formatShare(parts / 10_000))).toBe(parts / 10_000);
      }),
    );
  });
});
