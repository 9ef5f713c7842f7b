import { describe, expect, test } from 'vitest';
import { buildBouncePool } from '../../src/actors/bounce-pool.ts';
import { bounceSize, MEDIAN_BYTES } from '../../src/actors/bounce-size.ts';
import { DIALECTS } from '../../src/actors/dialects/registry.ts';
import { hostName } from '../../src/actors/host-name.ts';
import { DIALECT_NAMES, type DialectName } from '../../src/scenario/scenario.ts';
import { parseBounce } from './bounce-parser.ts';

const OPTIONS = {
  victim: 'jslopez@xman.test',
  seed: 20080325,
  count: 200,
  date: new Date('2008-03-25T09:00:00Z'),
};
/** These return headers only, and so come in two sizes, one of each form. */
const FIXED: readonly DialectName[] = ['filter-notice', 'virus-notice', 'delay-warning'];
const GROWING = DIALECT_NAMES.filter((name) => !FIXED.includes(name));
/** Not bounces to a parser: see the table of dialects.test.ts. */
const NO_BOUNCES: readonly DialectName[] = ['virus-notice', 'delay-warning'];
const pools = new Map<DialectName, Promise<Uint8Array[]>>();

function pool(name: DialectName): Promise<Uint8Array[]> {
  const built = pools.get(name) ?? buildBouncePool(DIALECTS[name], OPTIONS);
  pools.set(name, built);
  return built;
}

const quantile = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * values.length)] ?? Number.NaN;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('the sizes of bounces', () => {
  test.each(GROWING)('of %s have the median of collected samples', async (name) => {
    const sizes = (await pool(name)).map((message) => message.length);
    const ratio = quantile(sizes, 0.5) / MEDIAN_BYTES[name];
    expect(ratio).toBeGreaterThan(0.93);
    expect(ratio).toBeLessThan(1.07);
  });

  test('have their 99th percentile near 46 KB over all', async () => {
    const sizes = (await Promise.all(DIALECT_NAMES.map(pool))).flat().map((m) => m.length);
    expect(quantile(sizes, 0.99)).toBeGreaterThan(37_000);
    expect(quantile(sizes, 0.99)).toBeLessThan(55_000);
  });

  test.each(DIALECT_NAMES)('of %s are drawn log-normally, in small pools too', (name) => {
    for (const count of [48, 5000]) {
      const logs = Array.from({ length: count }, (_, i) => Math.log(bounceSize(name, 3, i)));
      const sigma = Math.log(46_000 / MEDIAN_BYTES[name]) / 2.3263;
      expect(quantile(logs, 0.5)).toBeCloseTo(Math.log(MEDIAN_BYTES[name]), 0.7);
      expect(quantile(logs, 0.84134) - quantile(logs, 0.15866)).toBeGreaterThan(1.85 * sigma);
      expect(quantile(logs, 0.84134) - quantile(logs, 0.15866)).toBeLessThan(2.15 * sigma);
    }
  });
});

describe.each(DIALECT_NAMES)('the pool of %s', (name) => {
  test('holds bounces of the hosts by their number', async () => {
    const messages = await pool(name);
    expect(messages).toHaveLength(OPTIONS.count);
    for (const [host, message] of messages.entries()) {
      expect(text(message)).toContain(hostName(OPTIONS.seed, host));
      expect(parseBounce(text(message))?.failed.length).toBe(
        NO_BOUNCES.includes(name) ? undefined : 1,
      );
    }
  });

  test('is ready to send: dot-stuffed and closed', async () => {
    for (const message of await pool(name)) {
      expect(text(message)).not.toMatch(/^\.(?!\.)/m);
      expect(text(message).endsWith('\r\n')).toBe(true);
    }
  });

  test('is the same for the same seed, and its beginning whatever its size', async () => {
    const texts = async (seed: number) =>
      (await buildBouncePool(DIALECTS[name], { ...OPTIONS, seed, count: 20 })).map(text);
    const again = await texts(OPTIONS.seed);
    expect(again).toEqual((await pool(name)).slice(0, 20).map(text));
    expect(await texts(2)).not.toEqual(again);
  });
});
