// The schema of rates: a plain rate, or one of the shapes in which a storm comes.
import * as z from 'zod';
import {
  about,
  checked,
  choice,
  complain,
  duration,
  isMap,
  oneForm,
  plainRate,
  positiveDuration,
  record,
} from './fields.ts';
import type { Rate } from './scenario.ts';

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

const anyRate = oneForm<Rate>([constantRate, ...Object.values(SHAPES)], (value) => {
  if (!isMap(value)) return constantRate;
  const name = SHAPE_NAMES.find((candidate) => candidate === value['shape']);
  return name === undefined ? unknownShape : SHAPES[name];
});
export const rate = about('Planned sessions', anyRate);
