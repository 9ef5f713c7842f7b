// The schema of actors: a map per kind, told apart by `kind`, and the shapes of a rate.
import * as z from 'zod';
import {
  checked,
  choice,
  complain,
  duration,
  isMap,
  number,
  oneForm,
  plainRate,
  positiveDuration,
  record,
  scalar,
  size,
  whole,
} from './fields.ts';
import { type Actor, DIALECT_NAMES, type Rate, type RetryChoice } from './scenario.ts';
import { suggest } from './suggest.ts';

const MAX_TRACE = 1_000_000;

const SHAPES = {
  constant: record({ shape: z.literal('constant'), rate: plainRate }).transform(
    ({ shape, rate }): Rate => ({ shape, perSecond: rate }),
  ),
  ramp: record({
    shape: z.literal('ramp'),
    from: plainRate.prefault('0/s'),
    to: plainRate,
    over: positiveDuration,
  }).transform(({ shape, from, to, over }): Rate => ({ shape, from, to, overMs: over })),
  burst: checked(
    record({
      shape: z.literal('burst'),
      base: plainRate.prefault('0/s'),
      peak: plainRate,
      every: positiveDuration,
      for: positiveDuration,
    }),
    (burst, ctx) => {
      if (burst.for === undefined || burst.every === undefined || burst.for <= burst.every) return;
      const what = 'a burst lasts longer than the time from one to the next';
      complain(ctx, { kind: 'plain', what, expected: 'at most every' }, ['for']);
    },
  ).transform(
    ({ shape, base, peak, every, for: length }): Rate => ({
      shape,
      base,
      peak,
      everyMs: every,
      forMs: length,
    }),
  ),
  decay: record({
    shape: z.literal('decay'),
    from: plainRate,
    halfLife: positiveDuration,
  }).transform(({ shape, from, halfLife }): Rate => ({ shape, from, halfLifeMs: halfLife })),
  poisson: record({ shape: z.literal('poisson'), rate: plainRate }).transform(
    ({ shape, rate }): Rate => ({ shape, perSecond: rate }),
  ),
  trace: checked(
    record({ shape: z.literal('trace'), at: z.array(duration).min(1).max(MAX_TRACE) }),
    ({ at = [] }, ctx) => {
      const times = at.filter((time) => typeof time === 'number');
      const late = times.findIndex((time, i) => time < (times[i - 1] ?? 0));
      if (late === -1 || times.length < at.length) return;
      const what = 'earlier than the time in front of it';
      complain(ctx, { kind: 'plain', what, expected: 'times in ascending order' }, ['at', late]);
    },
  ).transform(({ shape, at }): Rate => ({ shape, atMs: at })),
} satisfies Record<Rate['shape'], z.ZodType<Rate>>;

type ShapeName = keyof typeof SHAPES;
const SHAPE_NAMES = Object.keys(SHAPES) as ShapeName[];

/** Judges `shape` alone: what else belongs there, nobody knows. */
const unknownShape = z.looseObject({ shape: choice(SHAPE_NAMES) }).transform(() => z.NEVER);

const constantRate = plainRate.transform((perSecond): Rate => ({ shape: 'constant', perSecond }));

const rate = oneForm<Rate>([constantRate, ...Object.values(SHAPES)], (value) => {
  if (!isMap(value)) return constantRate;
  const name = SHAPE_NAMES.find((candidate) => candidate === value['shape']);
  return name === undefined ? unknownShape : SHAPES[name];
});

const retryWord = scalar(
  'native, none or a list of gaps such as [5m, 10m, 20m]',
  (value): RetryChoice | undefined => (value === 'native' || value === 'none' ? value : undefined),
  { enum: ['native', 'none'] },
  { suggest: (v) => (typeof v === 'string' ? suggest(v, ['native', 'none']) : undefined) },
);
const retryGaps = z
  .array(positiveDuration)
  .min(1)
  .max(1000)
  .transform((gapsMs): RetryChoice => ({ gapsMs }));
const retry = oneForm<RetryChoice>([retryWord, retryGaps], (value) =>
  Array.isArray(value) ? retryGaps : retryWord,
);

const weight = number(0, 1e6, 'a weight: a number, 0 or more').exactOptional();
const dialects = checked(
  record(
    Object.fromEntries(DIALECT_NAMES.map((name) => [name, weight])) as Record<
      (typeof DIALECT_NAMES)[number],
      typeof weight
    >,
  ),
  (weights, ctx, keys) => {
    const given = Object.values(weights);
    if (given.length < keys.length || given.some((value) => value !== 0)) return;
    const what = given.length === 0 ? 'no dialect is named' : 'the weights add up to 0';
    complain(ctx, { kind: 'plain', what, expected: 'a weight above 0, as in {postfix: 40}' });
  },
);

/** An actor but for its name, which is its key in the map. */
type Nameless<A> = A extends Actor ? Omit<A, 'name'> : never;

const bouncer = record({
  kind: z.literal('bouncer'),
  rate,
  dialects: dialects.prefault({ postfix: 40, exim: 20, qmail: 10, exchange: 30 }),
  concurrency: whole(1, 200_000).prefault(5000),
  patience: positiveDuration.prefault('30s'),
  retry: retry.prefault('native'),
}).transform(
  ({ kind, rate, dialects, concurrency, patience, retry }): Nameless<Actor> => ({
    kind,
    rate,
    dialects,
    concurrency,
    patienceMs: patience,
    retry,
  }),
);

const messageSize = size(512, 50 * 1024 ** 2, ' (at least 512B)').transform((bytes) => ({ bytes }));
const sizeWord = choice(['legit-2009']);
const legitSize = oneForm<'legit-2009' | { bytes: number }>([sizeWord, messageSize], (value) =>
  typeof value === 'string' && /^[a-z]/i.test(value) ? sizeWord : messageSize,
);

const legit = record({
  kind: z.literal('legit'),
  rate,
  size: legitSize.prefault('legit-2009'),
  concurrency: whole(1, 200_000).prefault(1000),
  patience: positiveDuration.prefault('60s'),
  retry: retry.prefault('native'),
}).transform(
  ({ kind, rate, size, concurrency, patience, retry }): Nameless<Actor> => ({
    kind,
    rate,
    size,
    concurrency,
    patienceMs: patience,
    retry,
  }),
);

const KINDS = { bouncer, legit } satisfies Record<Actor['kind'], z.ZodType<Nameless<Actor>>>;
type KindName = keyof typeof KINDS;
const KIND_NAMES = Object.keys(KINDS) as KindName[];
const LATER_KINDS = [
  'vacation',
  'list-manager',
  'challenge-response',
  'callout',
  'bot',
  'harvester',
  'slow-client',
];

/** Judges `kind` alone: which other keys belong there, nobody knows. */
const unknownKind = z
  .looseObject({ kind: choice(KIND_NAMES, LATER_KINDS) })
  .transform(() => z.NEVER);

export const actor = oneForm<Nameless<Actor>>(Object.values(KINDS), (value) => {
  const stated = isMap(value) ? value['kind'] : undefined;
  const name = KIND_NAMES.find((candidate) => candidate === stated);
  return name === undefined ? unknownKind : KINDS[name];
});
