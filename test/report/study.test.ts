import { describe, expect, it } from 'vitest';
import { cautions, checks } from '../../src/report/checks.ts';
import { configurationDiff, countWords, differences } from '../../src/report/configuration.ts';
import { stormStops } from '../../src/report/effort.ts';
import { delayLimit, latencyGoals } from '../../src/report/latency-goal.ts';
import { bandsOf, slots } from '../../src/report/severity.ts';
import { stormWaits } from '../../src/report/storm-waits.ts';
import { study } from '../../src/report/study.ts';
import type { Metric, Result } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleInput, sampleResult } from './sample-result.ts';

const changed = (result: Result, change: (metric: Metric) => Metric): Result => ({
  ...result,
  runs: result.runs.map((run) => ({ ...run, metrics: run.metrics.map(change) })),
});

describe('the study of a result', () => {
  it('puts the baseline first, then the best first', () => {
    const order = study(sampleInput()).standings.map((s) => s.variant.name);
    expect(order).toEqual(['stock', 'victim-rule', 'cdb-first', 'two-workers', 'two-errors']);
  });

  it.each([
    [199, 'p90'],
    [200, 'p95'],
    [999, 'p95'],
    [1000, 'p99'],
    [19, undefined],
  ])('with %d messages shows %s, the highest quantile with ten samples beyond', (n, name) => {
    const result = changed(sampleResult(), (m) => (m.n === undefined ? m : { ...m, n }));
    expect(study(sampleInput(result)).quantile?.name).toBe(name);
  });

  it.each([
    ['victim-rule', '≥\u00a0130× lower'],
    ['two-workers', '≥\u00a01.9× lower'],
    // Both "at least": nothing can be said.
    ['two-errors', undefined],
    ['stock', undefined],
  ])('compares %s with the baseline as far as censored figures allow', (name, text) => {
    const standing = study(sampleInput()).standings.find((s) => s.variant.name === name);
    expect(standing?.ratio?.text).toBe(text);
  });

  it('says nothing of two figures that are both "at least", however far apart', () => {
    const result = sampleResult();
    const runs = result.runs.map((run) => ({
      ...run,
      metrics: run.metrics.map((m) =>
        m.censored && run.variant === 'two-errors' ? { ...m, value: 20 } : m,
      ),
    }));
    const { standings } = study(sampleInput({ ...result, runs }));
    const standing = standings.find((s) => s.variant.name === 'two-errors');
    expect(standing?.wait).toEqual({ seconds: 20, atLeast: true });
    expect(standing?.ratio).toBeUndefined();
  });

  it('gives an interval where a comparison was made', () => {
    const verdict = {
      metric: 'legit.latency.p95',
      phase: 'storm',
      variant: 'cdb-first',
      baseline: 'stock',
      verdict: 'better',
      ratio: 0.04,
      low: 0.0303,
      high: 0.0526,
      margin: 0.25,
      pairs: 5,
    } as const;
    const { standings } = study(sampleInput({ ...sampleResult(), verdicts: [verdict] }));
    expect(standings.find((s) => s.variant.name === 'cdb-first')?.ratio?.text).toBe(
      '25× lower (19–33×)',
    );
  });

  it('adds losses up over the repeats and takes the median of waits', () => {
    const { standings } = study(sampleInput(sampleResult(undefined, 3)));
    expect(standings[0]?.lost).toBe(54);
    expect(standings[0]?.sent).toBe(975);
    expect(standings[1]?.wait?.seconds).toBeCloseTo(0.43, 1);
  });

  it.each(['the ledger', 'the histogram, where the ledger was cut'])(
    'counts mail that never arrived as infinitely slow, from %s',
    (source) => {
      const runs = sampleResult().runs.slice(0, 1);
      const whole = source === 'the ledger';
      const waits = stormWaits(
        runs.map((run) => (whole ? run : { ...run, ledger: run.ledger.slice(-50) })),
      );
      expect(waits?.n).toBe(200);
      expect(waits?.undelivered).toBe(18);
      expect(waits?.at(0.5)).toBeGreaterThan(10);
      expect(waits?.at(0.5)).toBeLessThan(30);
      expect(waits?.at(0.91)).toBeLessThan(75);
      expect(waits?.at(0.92)).toBe(Number.POSITIVE_INFINITY);
      expect(waits?.reliable).toBe(0.95);
    },
  );

  it('gives exact waits from the ledger, whatever the histogram holds of lost mail', () => {
    const exact = stormWaits(sampleResult().runs.slice(0, 1));
    expect(exact?.at(0.91)).toBeLessThan(25);
  });

  it.each([
    [undefined, [0, 0, 2, 2, 2, 3, 4, 4, 4, 4, 3, 2, 1]],
    [5, [0, 0, 1, 2, 2, 2, 4, 4, 4, 4, 2, 2, 0]],
    [30, [0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 0, 0, 0]],
  ])('keeps the worst second of every slot, in the bands of the limit %s', (limit, expected) => {
    const timeline = sampleResult().runs[0]?.timeline ?? [];
    const found = slots(timeline, { from: 2, to: 67 }, 13, bandsOf(limit));
    expect(found.map((slot) => slot.severity)).toEqual(expected);
  });

  it.each([
    [undefined, ['up to 1 s', '1–5 s', '5–20 s', 'over 20 s', 'not delivered']],
    [3, ["within the goal's 3 s", '3–6 s', '6–15 s', 'over 15 s', 'not delivered']],
    [0.4, ["within the goal's 400 ms", '400–800 ms', '800 ms–2 s', 'over 2 s', 'not delivered']],
    [60, ["within the goal's 1 min", '1–2 min', '2–5 min', 'over 5 min', 'not delivered']],
  ])('names the bands of the limit %s', (limit, names) => {
    expect(bandsOf(limit).names.map((name) => name.replaceAll('\u00a0', ' '))).toEqual(names);
  });

  it('sorts the storm by where it was stopped', () => {
    const { runs, actors } = sampleResult();
    expect(stormStops(runs.slice(0, 1), actors)).toEqual([3978, 0, 0, 6822, 0, 0, 900, 0, 0]);
  });

  it('finds the goals that percentiles can show', () => {
    const goal = [
      'legit.lost == 0',
      'legit.latency.p95 < 5s in storm',
      'legit.latency.p999 <= 2min',
      'legit.latency.p99 < 1s in calm',
      'legit.latency.max < 300ms in calm, storm for stock',
    ];
    const found = latencyGoals({ goal });
    expect(found.map(({ quantile, limit, inStorm }) => [quantile, limit, inStorm])).toEqual([
      [0.95, 5, true],
      [0.999, 120, false],
      [1, 0.3, true],
    ]);
  });

  it.each([
    [['legit.latency.p50 < 1s', 'legit.latency.p95 < 5s in storm'], 5],
    [['legit.latency.p95 < 5s', 'legit.latency.p95 < 4s in storm'], 4],
    [['legit.lost == 0', 'legit.latency.p95 < 5s in calm'], undefined],
  ])('colours by the limit on the slowest mail: of %j by %s', (goal, limit) => {
    expect(delayLimit({ goal })).toBe(limit);
  });

  it('tells configurations apart by their keys', () => {
    const facts = (configuration: string[]) => ({ name: 'x', changes: [], configuration });
    const diff = configurationDiff(
      facts(['a = 1', 'b = 2', 'c = 3']),
      facts(['a = 1', 'c = 4', 'd = 5']),
    );
    expect(diff.map(({ sign, text }) => sign + text)).toEqual([
      '-c = 3',
      '+c = 4',
      '+d = 5',
      '-b = 2',
    ]);
    expect(countWords(diff)).toBe('1 setting changed, 1 setting added, 1 setting removed');
  });

  it('tells services apart by name and type, and leaves out what the laboratory added', () => {
    const facts = (...configuration: string[]) => ({ name: 'x', changes: [], configuration });
    const base = facts('# laboratory: a', 'master.cf: smtp inet n - y - - smtpd -o a=b', 'b = 1');
    const variant = facts(
      '# laboratory: b',
      'master.cf: smtp inet n - y - 200 smtpd -o a=b',
      'master.cf: smtp unix - - y - - smtp',
      'b = 1',
    );
    const diff = configurationDiff(base, variant);
    expect(diff.map(({ sign, text }) => sign + text)).toEqual([
      '-master.cf: smtp inet n - y - - smtpd -o a=b',
      '+master.cf: smtp inet n - y - 200 smtpd -o a=b',
      '+master.cf: smtp unix - - y - - smtp',
    ]);
    expect(countWords(diff)).toBe('1 service changed, 1 service added');
    expect(differences(base, variant)).toEqual({ lines: diff });
  });

  it('knows a port of master.cf by its name and by its number', () => {
    const facts = (...services: string[]) => ({
      name: 'x',
      changes: [],
      configuration: services.map((line) => `master.cf: ${line}`),
    });
    const base = facts('25 inet n - n - - smtpd', '10.0.0.1:587 inet n - n - - smtpd');
    const same = facts('smtp inet n - n - - smtpd', '10.0.0.1:submission inet n - n - - smtpd');
    expect(configurationDiff(base, same)).toEqual([]);
    const other = facts('smtp inet n - y - - smtpd', '10.0.0.1:587 inet n - n - - smtpd');
    expect(countWords(configurationDiff(base, other))).toBe('1 service changed');
    // The delivery agent of that name is another service.
    const agent = facts('smtp unix n - n - - smtpd', '10.0.0.1:587 inet n - n - - smtpd');
    expect(countWords(configurationDiff(base, agent))).toBe('1 service added, 1 service removed');
  });

  it('names the services of another master.cf that only one has, and folds the rest', () => {
    const facts = (name: string, ...configuration: string[]) => ({
      name,
      changes: [],
      configuration,
    });
    const services = (count: number, chroot: string) =>
      Array.from({ length: count }, (_, i) => `master.cf: s${i} unix - - ${chroot} - - smtp`);
    const ours = facts('list', 'a = 1', ...services(5, 'n'), 'master.cf: 25 inet n - n - 1 smtpd');
    const theirs = (count: number) =>
      facts('copied', 'a = 2', ...services(count, 'y'), 'master.cf: 2525 inet n - y - - smtpd');
    const found = differences(ours, theirs(5));
    expect(found.lines.map(({ sign, text }) => sign + text)).toEqual(['-a = 1', '+a = 2']);
    expect(found.services?.words).toBe(
      'master.cf: 5 services changed; only in copied: 2525/inet; only in list: 25/inet',
    );
    expect(found.services?.lines).toHaveLength(12);
    expect(differences(facts('bare', 'a = 1'), theirs(6)).services?.words).toBe(
      'master.cf: only in copied: s0/unix, s1/unix, s2/unix, s3/unix, s4/unix, s5/unix, 2525/inet',
    );
    expect(differences(theirs(4), facts('copied', ...services(4, 'n'))).services).toBeUndefined();
  });
});

describe('the checks', () => {
  it('all pass on a clean result', () => {
    const all = checks(study(sampleInput()));
    expect(all).toHaveLength(6);
    expect(all.every((check) => check.passed)).toBe(true);
  });

  it.each([
    ['generator.achieved', 280, /280 of the 298/],
    ['attack.unsent', 3, /15 attack sessions found no room/],
    ['legit.sent', 400, /1,625 of 2,000 real messages/],
  ])('fail when %s is %d', (metric, value, text) => {
    const result = changed(sampleResult(), (m) => (m.metric === metric ? { ...m, value } : m));
    const failed = checks(study(sampleInput(result))).filter((check) => !check.passed);
    expect(failed.map((check) => check.text)).toEqual([expect.stringMatching(text)]);
  });

  it('leave to a warning what it has told already', () => {
    const result = changed(sampleResult(), (m) =>
      m.metric === 'attack.unsent' ? { ...m, value: 3 } : m,
    );
    const warnings = ['unsent', 'generator-late'].map((code) => ({
      code,
      text: code,
      fatal: false,
    }));
    const runs = result.runs.map((run) => ({ ...run, warnings }));
    const told = checks(study(sampleInput({ ...result, runs }))).map((check) => check.short);
    expect(told.join()).not.toMatch(/unsent|lag/);
    expect(told).toHaveLength(4);
  });

  it.each([
    [[0, 1, 2, 3], ['every run']],
    [
      [0, 1, 3],
      ['a', 'b (repeat 2)'],
    ],
    [[2], ['b (repeat 1)']],
  ])('name the runs %j of two variants by two repeats as %j', (indices, where) => {
    const two = BEHAVIOURS.slice(0, 2).map((behaviour, i) => ({
      ...behaviour,
      name: 'ab'.charAt(i),
    }));
    const result = sampleResult(two, 2);
    const warning = { code: 'x', text: 'x', fatal: false };
    const runs = result.runs.map((run, i) =>
      indices.includes(i) ? { ...run, warnings: [warning] } : run,
    );
    expect(cautions({ ...result, runs })[0]?.where).toEqual(where);
  });

  it('tell an equal warning once, with every run that it concerns, the fatal ones first', () => {
    const result = sampleResult();
    const mild = { code: 'few-samples', text: 'few samples', fatal: false };
    const fatal = { code: 'unsent', text: 'unsent', fatal: true };
    const runs = result.runs.map((run, i) => ({
      ...run,
      warnings: i === 1 ? [mild, fatal] : [mild],
    }));
    expect(cautions({ ...result, runs }).map(({ code, where }) => [code, where])).toEqual([
      ['unsent', ['two-errors']],
      ['few-samples', ['every run']],
    ]);
  });
});
