// Who honours an SPF record, and from when on: by seed and host alone.
import { describe, expect, it } from 'vitest';
import { refusalStart, type SpfRecord } from '../../src/plan/spf-record.ts';

const COMPRESS = 600;
const STORM_MS = 4000;
const PUBLISHED_MS = STORM_MS + 1000;
const EXPIRED_MS = PUBLISHED_MS + 3000;
const RECORD: SpfRecord = { afterMs: 600_000, ttlMs: 1_800_000, honoured: 0.4 };
const spans = {
  ...{ calmMs: 1000, stormMs: STORM_MS, recoveryMs: 12_000, endMs: 14_000 },
  deadlineMs: 16_000,
};

/** When each of the hosts begins to refuse. */
function startsOf(record: Partial<SpfRecord> = {}, count = 20_000, seed = 1): number[] {
  const hosts = { first: 700, count };
  const plan = { seed, compress: COMPRESS, spans };
  const startOf = refusalStart(plan, hosts, { ...RECORD, ...record });
  return Array.from({ length: count }, (_, rank) => startOf(hosts.first + rank));
}

/** The share of the sessions that is averted at a moment: of the host of rank r come 1 / (r + 1). */
function avertedAt(starts: readonly number[], atMs: number): number {
  let all = 0;
  let averted = 0;
  for (const [rank, startMs] of starts.entries()) {
    all += 1 / (rank + 1);
    if (startMs <= atMs) averted += 1 / (rank + 1);
  }
  return averted / all;
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe('an SPF record', () => {
  it('averts nothing before it is published', () => {
    for (const seed of SEEDS)
      expect(Math.min(...startsOf({}, 20_000, seed))).toBeGreaterThanOrEqual(PUBLISHED_MS);
  });

  it.each([0.05, 0.4, 0.9])('averts its share of the sessions, %d, after the TTL', (honoured) => {
    for (const seed of SEEDS) {
      const share = avertedAt(startsOf({ honoured }, 20_000, seed), EXPIRED_MS);
      expect(Math.abs(share - honoured)).toBeLessThan(0.01);
    }
  });

  it.each([0, 5, 250])(
    'is honoured by the host of rank %i under its share of the seeds',
    (rank) => {
      const seeds = 2000;
      let honouring = 0;
      for (let seed = 1; seed <= seeds; seed += 1) {
        if (Number.isFinite(startsOf({}, 300, seed)[rank])) honouring += 1;
      }
      // Five standard deviations of so many draws.
      expect(Math.abs(honouring / seeds - 0.4)).toBeLessThan(5 * Math.sqrt((0.4 * 0.6) / seeds));
    },
  );

  it.each([0.25, 0.5, 0.75])(
    'is known to %d of those hosts when so much of the TTL is over',
    (part) => {
      const starts = startsOf().filter(Number.isFinite);
      const atMs = PUBLISHED_MS + part * (EXPIRED_MS - PUBLISHED_MS);
      const share = starts.filter((startMs) => startMs <= atMs).length / starts.length;
      expect(Math.abs(share - part)).toBeLessThan(
        5 * Math.sqrt((part * (1 - part)) / starts.length),
      );
    },
  );

  it('is known to all of them at once where its TTL is 0', () => {
    const starts = new Set(startsOf({ ttlMs: 0 }));
    expect(starts).toEqual(new Set([PUBLISHED_MS, Number.POSITIVE_INFINITY]));
  });

  it('that nobody honours averts nothing, and that all honour averts everything', () => {
    for (const count of [1, 300, 20_000]) {
      expect(startsOf({ honoured: 0 }, count).some(Number.isFinite)).toBe(false);
      expect(startsOf({ honoured: 1 }, count).every((startMs) => startMs <= EXPIRED_MS)).toBe(true);
    }
  });

  it('meets the same hosts at the same moments with the same seed, and others with another', () => {
    expect(startsOf({}, 500, 7)).toEqual(startsOf({}, 500, 7));
    expect(startsOf({}, 500, 7)).not.toEqual(startsOf({}, 500, 8));
  });

  it('is honoured by the same hosts whenever it is published, and however long its TTL', () => {
    const honouring = (record: Partial<SpfRecord>) => startsOf(record).map(Number.isFinite);
    expect(honouring({ afterMs: 0, ttlMs: 86_400_000 })).toEqual(honouring({}));
  });
});
