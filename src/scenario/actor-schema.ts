// The schema of actors: a map per kind, told apart by `kind`.
import * as z from 'zod';
import {
  checked,
  choice,
  complain,
  isMap,
  number,
  oneForm,
  positiveDuration,
  record,
  scalar,
  size,
  whole,
} from './fields.ts';
import { rate } from './rate-schema.ts';
import { type Actor, DIALECT_NAMES, type RetryChoice } from './scenario.ts';
import { suggest } from './suggest.ts';

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
