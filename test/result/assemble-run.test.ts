// The run as a whole: metrics in seconds, histograms in µs, counts by phase, and nothing made up.
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { assembleRun } from '../../src/result/assemble-run.ts';
import { metricsOf } from '../../src/scenario/metrics.ts';
import { smallScenario } from '../plan/small-scenario.ts';
import { batchOf, LEGIT, many, recorderOf } from '../record/rows.ts';
import { BOUNCES, MAILS, realRun } from './real-run.ts';

const run = realRun();
const valueIn = (metric: string, phase: string) =>
  run.metrics.find((m) => m.metric === metric && m.phase === phase)?.value;

describe('an assembled run', () => {
  it.each([
    ['attack.sessions', BOUNCES],
    ['attack.rejected', BOUNCES],
    ['attack.unsent', 1],
    ['attack.reject_rate', 1],
    ['attack.amplification', 1],
    ['attack.bytes', BOUNCES * 300],
    ['attack.stage.rcpt', BOUNCES],
    ['reject.bytes', 300],
    ['legit.planned', 20],
    ['legit.sent', MAILS],
    ['legit.unsent', 0],
    ['legit.lost', 1],
    ['legit.latency.p50', 1],
    // The one that is missing has waited until the horizon: from 2 s to 5 s.
    ['legit.latency.max', 3],
    // 2 s of CPU in 4 s: half of that in the storm's 2 s, but no more a second than in the calm.
    ['target.cpu_s', 1],
    ['reject.cpu_ms', 0],
    // 41 due in 2 s, of which 40 were started.
    ['generator.offered', (BOUNCES + MAILS + 1) / 2],
    ['generator.achieved', (BOUNCES + MAILS) / 2],
  ])('says %s = %d in the storm', (metric, value) => {
    expect(valueIn(metric, 'storm')).toBeCloseTo(value, 9);
  });

  it('has the storm in the figures of the whole run, and nothing of it in the calm', () => {
    expect(valueIn('attack.rejected', 'run')).toBe(BOUNCES);
    expect(valueIn('attack.rejected', 'calm')).toBeUndefined();
    expect(valueIn('legit.sent', 'calm')).toBeUndefined();
  });

  it('holds the same latency in its histogram, in µs, and in its metric, in seconds', () => {
    for (const [key, metric] of [
      ['attack.verdict in storm', 'attack.verdict.p50'],
      ['stage.rcpt.latency in storm', 'stage.rcpt.latency.p50'],
      ['banner.latency in storm', 'banner.latency.p50'],
    ] as const) {
      const histogram = decodeFromCompressedBase64(run.histograms[key] ?? '');
      // Three significant digits: the metric stops at the largest value, the histogram at its bucket.
      const p50 = histogram.getValueAtPercentile(50) / 1e6;
      expect(p50 / (valueIn(metric, 'storm') ?? Number.NaN)).toBeCloseTo(1, 2);
    }
    expect(valueIn('attack.verdict.p50', 'storm')).toBeCloseTo(0.05, 4);
  });

  it('keeps mail that never arrived in the histogram, with the time that it was waited for', () => {
    const histogram = decodeFromCompressedBase64(run.histograms['legit.latency in storm'] ?? '');
    expect(histogram.totalCount).toBe(MAILS);
    expect(histogram.maxValue / 1e6).toBeCloseTo(3, 2);
  });

  it('has no histogram and no quantile of what nobody measured', () => {
    expect(Object.keys(run.histograms).filter((name) => name.endsWith('in calm'))).toEqual([]);
    expect(run.metrics.filter(({ metric }) => metric.startsWith('stage.starttls.latency'))).toEqual(
      [],
    );
  });

  it('gives every metric by a name that thresholds know, in the unit that they take', () => {
    const known = metricsOf(smallScenario().actors);
    const given = new Set(run.metrics.map(({ metric, unit }) => `${metric} in ${unit}`));
    expect(given.size).toBeGreaterThan(100);
    for (const name of [
      'attack.garbled',
      'attack.host_waits',
      'legit.unsent',
      'actor.legit.host_waits',
    ]) {
      expect(given).toContain(`${name} in count`);
    }
    const names = new Set([...known.values()].map(({ name, unit }) => `${name} in ${unit}`));
    expect([...given].filter((name) => !names.has(name))).toEqual([]);
  });

  it('tells the recovery only once it is over', () => {
    const recorder = recorderOf();
    const mail = { actor: LEGIT, state: 'accepted' } as const;
    recorder.outcomes(
      batchOf([
        ...many(20, { ...mail, intended: 600 }),
        ...many(40, { ...mail, intended: 3600 }).slice(20),
      ]),
    );
    for (let i = 0; i < 40; i += 1) recorder.delivered(`${LEGIT}-${i}`, i < 20 ? 700 : 3700);
    const names = (unfinished: boolean) =>
      assembleRun(recorder, {
        variant: 'stock',
        repeat: 1,
        warnings: [],
        unavailable: [],
        books: [],
        extra: [],
        horizon: { endMs: 5000 },
        unfinished,
      }).metrics.map(({ metric }) => metric);
    expect(names(false)).toContain('recovery.seconds');
    expect(names(true)).not.toContain('recovery.seconds');
  });

  it('has a row for each second, with the mail that was due and the sessions that ended in it', () => {
    expect(run.timeline.map(({ t, phase }) => `${t} ${phase}`)).toEqual(['0 warmup', '1 calm']);
    expect(run.timeline[1]).toMatchObject({ attack: { started: BOUNCES, rejected: BOUNCES } });
  });
});
