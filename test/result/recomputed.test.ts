// The figures of a real run, worked out again from its own ledger, outcomes and time line: whoever
// doubts a metric can do the same with the result.json.
import { beforeAll, describe, expect, it } from 'vitest';
import type { LedgerRow, MetricPhase, Result, Run } from '../../src/result/result.ts';
import { Folder, readResultIn } from '../e2e/cli/program.ts';
import { BOUNCERS, LEGIT, tinyScenario } from '../e2e/cli/tiny-scenario.ts';

/** One recipient each: a list would hold its place for a second, in the calm too. */
const PLAIN = { systems: { postfix: 1 }, several: '0%', lists: '0%', bounces: '0%' } as const;

/** Few workers that look long: mail waits, and some of it finds no room under its limit. */
const CROWDED = tinyScenario({
  phases: { warmup: '1s', calm: '2s', storm: '3s', recovery: '3s', drain: '4s' },
  actors: {
    legit: { ...LEGIT, ...PLAIN, concurrency: 6 },
    bouncers: { ...BOUNCERS, rate: '30/s' },
  },
  target: {
    kind: 'embedded',
    tuning: { workers: 4, recipients: { table: 'ldap', wait: '100ms' } },
  },
});
const SECONDS = { calm: [1, 3], storm: [3, 6], recovery: [6, 9], run: [1, 9] } as const;
const WINDOWS = ['calm', 'storm', 'recovery', 'run'] as const;
type Figures = Record<string, number>;

const folder = new Folder();
let result: Result;
let run: Run;
beforeAll(async () => {
  const out = folder.out();
  const ended = await folder.run(['run', folder.file('crowded.yaml', CROWDED), '--out', out]);
  // Unsent mail makes the run inconclusive; anything else would not have played it to its end.
  expect(ended, ended.stderr).toMatchObject({ exit: 6 });
  result = readResultIn(out);
  run = result.runs[0] as Run;
});

const isIn = (window: MetricPhase, phase: MetricPhase) =>
  window === 'run' ? phase !== 'warmup' : phase === window;

/** The run's own figures of the same names. */
function given(figures: Figures, window: MetricPhase): Figures {
  return Object.fromEntries(
    Object.keys(figures).map((name) => {
      const metric = run.metrics.find((m) => m.metric === name && m.phase === window);
      return [name, metric?.value ?? Number.NaN];
    }),
  );
}

function expectSame(figures: Figures, window: MetricPhase): void {
  const close = Object.entries(figures).map(([name, value]) => [name, expect.closeTo(value, 6)]);
  expect(given(figures, window)).toEqual(Object.fromEntries(close));
}

function count<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sessions(window: MetricPhase, holds: (row: Run['outcomes'][number]) => boolean): number {
  return sum(run.outcomes.filter((r) => isIn(window, r.phase) && holds(r)).map((r) => r.sessions));
}

const cpuIn = (window: (typeof WINDOWS)[number]) =>
  sum(run.timeline.slice(...SECONDS[window]).map(({ target }) => target.cpu ?? Number.NaN));

/** Waits in seconds, in order; Infinity for what never arrived. */
function waitsOf(mails: readonly LedgerRow[]): number[] {
  return mails
    .map(({ dueAt, deliveredAt = Number.POSITIVE_INFINITY }) => deliveredAt - dueAt)
    .sort((a, b) => a - b);
}

function quantile(waits: readonly number[], q: number): number {
  return waits[Math.ceil(q * waits.length) - 1] ?? Number.NaN;
}

describe.each(WINDOWS)('in %s', (window) => {
  it('legitimate mail is what its ledger says', () => {
    const mails = run.ledger.filter(({ phase }) => isIn(window, phase));
    const fate = (state: LedgerRow['state']) => count(mails, (mail) => mail.state === state);
    const sent = mails.length - fate('unsent');
    const atOnce = count(mails, (mail) => mail.state === 'delivered' && mail.attempts === 1);
    const figures: Figures = {
      'legit.planned': mails.length,
      'legit.sent': sent,
      'legit.unsent': fate('unsent'),
      'legit.delivered': fate('delivered'),
      'legit.lost': fate('lost'),
      'legit.late': fate('late'),
      'legit.rejected': fate('rejected'),
      'legit.first_attempt_rate': atOnce / mails.length,
      'legit.attempts.mean': sum(mails.map(({ attempts }) => attempts)) / sent,
    };
    expectSame(figures, window);
    const rows = run.timeline.slice(...SECONDS[window]).map(({ legit }) => legit);
    expect(sum(rows.map(({ due }) => due))).toBe(mails.length);
    expect(sum(rows.map(({ delivered }) => delivered))).toBe(fate('delivered'));
  });

  it.each([
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
    ['max', 1],
  ])('the %s of its latency is that of the ledger, "at least" where mail is missing', (name, q) => {
    const waits = waitsOf(run.ledger.filter(({ phase }) => isIn(window, phase)));
    const metric = run.metrics.find(
      (m) => m.metric === `legit.latency.${name}` && m.phase === window,
    );
    const wait = quantile(waits, q);
    expect(metric?.n).toBe(waits.length);
    expect(metric?.censored ?? false).toBe(wait === Number.POSITIVE_INFINITY);
    if (Number.isFinite(wait)) expect(metric?.value).toBeCloseTo(wait, 6);
  });

  it('the load is what its outcomes say', () => {
    const [from, to] = SECONDS[window];
    const started = sessions(window, ({ state }) => state !== 'unsent');
    const unsent = sessions(window, ({ state }) => state === 'unsent');
    const figures: Figures = {
      'generator.achieved': started / (to - from),
      'generator.offered': (started + unsent) / (to - from),
      'target.cpu_s': cpuIn(window),
    };
    expectSame(figures, window);
  });
});

describe.each(['storm', 'run'] as const)('in %s', (window) => {
  it('the attack is what its outcomes say, and what a reject costs', () => {
    const attack = (holds: (row: Run['outcomes'][number]) => boolean) =>
      sessions(window, (row) => row.actor === 'bouncers' && holds(row));
    const started = attack(({ state }) => state !== 'unsent');
    const unsent = attack(({ state }) => state === 'unsent');
    const rejected = attack(({ state }) => state === 'rejected');
    const planned = result.actors.find(({ name }) => name === 'bouncers')?.planned ?? Number.NaN;
    const marginal = cpuIn('storm') - (cpuIn('calm') / 2) * 3;
    // Outcomes do not tell when a session was decided; the metric says how many it divided by.
    const cost = run.metrics.find((m) => m.phase === window && m.metric === 'reject.cpu_ms');
    const decided = cost?.n ?? Number.NaN;
    expect(decided).toBeGreaterThan(0);
    expect(decided).toBeLessThanOrEqual(sum(run.timeline.map(({ attack: a }) => a.rejected)));
    const figures: Figures = {
      'attack.planned': planned,
      'attack.sessions': started,
      'attack.unsent': unsent,
      'attack.rejected': rejected,
      'attack.deferred': attack(({ state }) => state === 'deferred'),
      'attack.timed_out': attack(({ state }) => state === 'timedOut'),
      'attack.garbled': attack(({ state }) => state === 'garbled'),
      'attack.cut': attack(({ state }) => state === 'cut'),
      'attack.stage.rcpt': attack(({ stage, state }) => stage === 'rcpt' && state !== 'unsent'),
      'attack.reject_rate': rejected / started,
      'attack.amplification': started / (planned - unsent),
      'reject.cpu_ms': (Math.max(0, marginal) * 1000) / decided,
    };
    expectSame(figures, window);
  });
});

it('every reject of the whole run stands in a second of it', () => {
  const all = sum(
    run.outcomes
      .filter(({ actor, state }) => actor === 'bouncers' && state === 'rejected')
      .map((row) => row.sessions),
  );
  expect(sum(run.timeline.map(({ attack }) => attack.rejected))).toBe(all);
});

it('a peak of a phase is drawn in one of its seconds', () => {
  for (const window of WINDOWS) {
    const rows = run.timeline.slice(...SECONDS[window]).map(({ target }) => target.memoryBytes);
    const [peak] = Object.values(given({ 'target.memory_peak': 0 }, window));
    expect(rows).toContain(peak);
  }
});

it('the recovery took until mail was as quick as in the calm', () => {
  const limit = quantile(waitsOf(run.ledger.filter(({ phase }) => phase === 'calm')), 0.95) * 1.25;
  const mails = run.ledger
    .filter(({ phase }) => phase === 'recovery')
    .sort((a, b) => a.dueAt - b.dueAt);
  const from = mails.findIndex(
    (_, i) => mails.length - i >= 20 && quantile(waitsOf(mails.slice(i)), 0.95) <= limit,
  );
  const seconds = from < 0 ? 3 : from === 0 ? 0 : (mails[from]?.dueAt ?? Number.NaN) - 6;
  expectSame({ 'recovery.seconds': seconds }, 'recovery');
});
