// The grammar of goals and thresholds, and the registry of metrics that they may name.
import { describe, expect, test } from 'vitest';
import { parseGate } from '../../src/scenario/gate.ts';
import { isCount, metricsOf, quantileOf, STAGE_NAMES } from '../../src/scenario/metrics.ts';
import { describeComplaint } from '../../src/scenario/mistake.ts';
import type { Phase } from '../../src/scenario/scenario.ts';
import { STAGES } from '../../src/smtp/stage.ts';
import { mistakesIn, SMALLEST } from './read.ts';

const ACTORS = [
  { name: 'legit', kind: 'legit' },
  { name: 'bouncers', kind: 'bouncer' },
];
const emptyPhases: Phase[] = ['warmup'];
const NAMES = { metrics: metricsOf(ACTORS), variants: ['stock', 'two-workers'], emptyPhases };

test.each([
  ['legit.lost == 0', 'legit.lost', '==', 0, [], undefined],
  ['legit.latency.p95 < 2s in storm', 'legit.latency.p95', '<', 2, ['storm'], undefined],
  ['legit.latency.p95<500ms', 'legit.latency.p95', '<', 0.5, [], undefined],
  ['legit.latency.max <= 2min', 'legit.latency.max', '<=', 120, [], undefined],
  ['legit.latency.p50 < 20 us', 'legit.latency.p50', '<', 0.00002, [], undefined],
  ['attack.reject_rate >= 99.9% in storm', 'attack.reject_rate', '>=', 0.999, ['storm'], undefined],
  ['reject.bytes <= 1.5KiB', 'reject.bytes', '<=', 1536, [], undefined],
  ['reject.cpu_ms < 3ms', 'reject.cpu_ms', '<', 3, [], undefined],
  ['attack.amplification < 1.5', 'attack.amplification', '<', 1.5, [], undefined],
  ['generator.achieved >= 290/s', 'generator.achieved', '>=', 290, [], undefined],
  ['target.queue_peak != 3 for stock', 'target.queue_peak', '!=', 3, [], 'stock'],
  ['actor.bouncers.rejected > 5', 'actor.bouncers.rejected', '>', 5, [], undefined],
  ['actor.legit.latency.p99 < 1s', 'actor.legit.latency.p99', '<', 1, [], undefined],
  [
    '  stage.rcpt.latency.p90  <  1s  in calm, storm  for two-workers ',
    'stage.rcpt.latency.p90',
    '<',
    1,
    ['calm', 'storm'],
    'two-workers',
  ],
])('%s', (text, metric, op, limit, phases, variant) => {
  const { gate, complaints } = parseGate(text, NAMES);
  expect(complaints).toEqual([]);
  expect(gate).toEqual({
    text: text.trim().replace(/\s+/g, ' '),
    metric,
    op,
    limit,
    phases,
    ...(variant === undefined ? {} : { variant }),
  });
});

const TIME = 'expected a time in us, ms, s or min';
test.each([
  ['legit.lots == 0', 'unknown metric "legit.lots"; did you mean "legit.lost"?'],
  ['speed == 0', 'unknown metric "speed"; expected a metric such as legit.lost'],
  ['actor.bots.rejected > 1', /^unknown metric "actor\.bots\.rejected"/],
  ['actor.bouncers.delivered > 1', /^unknown metric "actor\.bouncers\.delivered"/],
  [
    'legit.latency.p95 < 2',
    `the limit 2 of legit.latency.p95 has no unit; ${TIME}; did you mean "2s"?`,
  ],
  [
    'legit.latency.p95 < 5m',
    `the limit of legit.latency.p95 is "5m"; ${TIME}; did you mean "5min"?`,
  ],
  ['legit.latency.p95 < fast', `the limit of legit.latency.p95 is "fast"; ${TIME}`],
  [
    'legit.lost == 0s',
    'the limit of legit.lost is "0s"; expected a number without a unit; did you mean "0"?',
  ],
  [
    'attack.reject_rate > 0.9',
    'the limit 0.9 of attack.reject_rate has no unit; expected a percentage such as 99.9%; did you mean "0.9%"?',
  ],
  [
    'attack.bytes < 4KB',
    'the limit of attack.bytes is "4KB"; expected a size in B, KiB, MiB or GiB; did you mean "4KiB"?',
  ],
  [
    'legit.latency.p95 == 2s',
    '== compares counts only, and legit.latency.p95 is none; expected <, <=, > or >=',
  ],
  [
    'legit.latency.p95 != 2s',
    '!= compares counts only, and legit.latency.p95 is none; expected <, <=, > or >=',
  ],
  [
    'legit.lost == 0 in strom',
    'unknown phase "strom"; expected warmup, calm, storm or recovery; did you mean "storm"?',
  ],
  ['legit.lost == 0 in warmup', 'nothing is measured in warmup, which takes 0s'],
  [
    'legit.lost == 0 for stok',
    'unknown variant "stok"; expected stock or two-workers; did you mean "stock"?',
  ],
  [
    'reject.cpu_ms <= 1.1x basline',
    'unknown variant "basline"; expected baseline, stock or two-workers; did you mean "baseline"?',
  ],
  [
    'reject.cpu_ms <= 1.1x',
    '1.1x says of what not; expected baseline, stock or two-workers; did you mean "1.1x baseline"?',
  ],
  [
    'legit.lost == 1x baseline',
    '== compares counts only, and 1x is a ratio; expected <, <=, > or >=',
  ],
  ['reject.cpu_ms < 0x baseline', 'nothing is 0 times as much; expected a factor such as 1.1x'],
  ['reject.cpu_ms < 1.1x baseline for stock', 'stock is compared with itself'],
  ['energy.idle_j < 5', 'the metric energy.idle_j is not supported yet'],
  ['legit.lost = 0', /^"legit\.lost = 0" is no gate; expected metric, operator and limit/],
  ['legit.lost', /is no gate/],
  ['== 0', /is no gate/],
])('%s is a mistake', (text, message) => {
  const { gate, complaints } = parseGate(text, NAMES);
  expect(gate).toBeUndefined();
  const [first, ...others] = complaints.map((complaint) => describeComplaint(complaint, [], text));
  expect(others).toEqual([]);
  if (typeof message === 'string') expect(first).toBe(message);
  else expect(first).toMatch(message);
});

test.each([
  ['reject.cpu_ms <= 1.1x baseline', 1.1, 'stock'],
  ['reject.cpu_ms<=1.1 x  stock in storm', 1.1, 'stock'],
  ['legit.latency.p95 < 0.5x two-workers', 0.5, 'two-workers'],
])('%s is relative', (text, limit, ratioTo) => {
  const { gate, complaints } = parseGate(text, NAMES);
  expect(complaints).toEqual([]);
  expect(gate).toMatchObject({ limit, ratioTo });
});

test('what is relative needs another variant that is played', () => {
  const messages = (played: readonly string[], text: string) =>
    parseGate(text, { ...NAMES, played }).complaints.map((one) => describeComplaint(one, [], text));
  expect(messages(['stock'], 'reject.cpu_ms < 1.1x baseline')).toEqual([
    'there is no other variant to hold against stock',
  ]);
  expect(messages(['two-workers', 'x'], 'reject.cpu_ms < 1.1x stock')).toEqual([
    '"stock" is not played: nothing can be held against it',
  ]);
  expect(messages(['two-workers', 'x'], 'reject.cpu_ms < 1.1x baseline')).toEqual([]);
});

test('all that is wrong with a gate is said at once', () => {
  const { complaints } = parseGate('legit.latency.p95 == 2 in strom for x', NAMES);
  expect(complaints).toHaveLength(4);
});

test('two gates on the same thing are a mistake at the second, goal and threshold are not', () => {
  const gates = '[legit.lost == 0, "legit.lost==1 "]';
  expect(mistakesIn(`${SMALLEST}goal: ${gates}\nthresholds: [legit.lost == 0]\n`)).toEqual([
    's.yaml:3:25: goal[1]: says the same as, or contradicts, "legit.lost == 0"; expected each gate once',
  ]);
});

test('a gate is judged although the variants are wrong', () => {
  const messages = mistakesIn(
    `${SMALLEST}variants: {a: {workers: 0}}\ngoal: [legit.lots == 0 for a]\n`,
  );
  expect(messages.map((message) => message.split(': ')[0])).toEqual(['s.yaml:3:25', 's.yaml:4:8']);
});

describe('metrics', () => {
  test('have the stages of a session', () => {
    expect(STAGE_NAMES).toEqual(STAGES);
  });

  test.each([
    ['legit.latency.p95', 0.95],
    ['attack.verdict.p50', 0.5],
    ['legit.latency.max', undefined],
    ['legit.lost', undefined],
  ])('%s is the quantile %s', (metric, q) => {
    expect(quantileOf(metric)).toBe(q);
  });

  test('isCount agrees with the registry about every metric', () => {
    for (const [name, { unit }] of metricsOf(ACTORS)) {
      expect(isCount(name), name).toBe(unit === 'count');
    }
    expect(isCount('nonsense')).toBe(false);
  });
});
