// The building blocks of the scenario's schema: zod types for durations, rates, names and the rest,
// whose issues carry a Complaint instead of a text. Wording is mistake.ts' work.
import * as z from 'zod';
import {
  PATTERNS,
  parseBandwidth,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from '../units.ts';
import { type Complaint, oneOf } from './mistake.ts';
import { suggest } from './suggest.ts';
import type { Path } from './tree.ts';

type Json = Readonly<Record<string, unknown>>;
interface IssueSink {
  addIssue(issue: {
    readonly code: 'custom';
    readonly path: (string | number)[];
    readonly params: { readonly complaint: Complaint };
  }): void;
}

export function complain(sink: IssueSink, complaint: Complaint, path: Path = []): void {
  sink.addIssue({ code: 'custom', path: [...path], params: { complaint } });
}

/** What may stand for a map with several forms, for the JSON Schema (see json-schema.ts). */
export const FORMS = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>();

interface ScalarOptions {
  readonly suggest?: (value: unknown) => string | undefined;
  /** Values of the format that are not built yet. */
  readonly later?: readonly string[];
}

/** A value that `read` turns into its precise type, or does not know. */
export function scalar<T>(
  expected: string,
  read: (value: unknown) => T | undefined,
  json: Json,
  options: ScalarOptions = {},
) {
  const schema = z.unknown().transform((value, ctx): T => {
    const result = read(value);
    if (result !== undefined) return result;
    if (value === undefined) complain(ctx, { kind: 'missing', expected });
    else if (typeof value === 'string' && options.later?.includes(value)) {
      complain(ctx, { kind: 'unsupported' });
    } else complain(ctx, { kind: 'value', expected, suggestion: options.suggest?.(value) });
    return z.NEVER;
  });
  return schema.meta({ ...json, description: expected });
}

type Unit = keyof typeof PATTERNS;
function measure(unit: Unit, expected: string, parse: (text: string) => number | undefined) {
  return (min: number, max: number, bounds = '') =>
    scalar(
      `${expected}${bounds}`,
      (value) => {
        const result = typeof value === 'string' ? parse(value) : undefined;
        return result !== undefined && result >= min && result <= max ? result : undefined;
      },
      { type: 'string', pattern: PATTERNS[unit] },
      { suggest: (value) => guessUnit(value, unit, parse) },
    );
}

/** `5` for a rate is likely `5/s`, `0.5` for a share `50%`, `5 s` is likely `5s`, `5min` is likely `5m`. */
function guessUnit(
  value: unknown,
  unit: Unit,
  parse: (text: string) => number | undefined,
): string | undefined {
  const usual = { duration: 's', rate: '/s', size: 'KB', share: '%', bandwidth: 'Mbit/s' }[unit];
  if (typeof value === 'number' && value > 0) {
    const isFraction = unit === 'share' && value < 1;
    // 0.07 × 100 is a little more than 7.
    return `${isFraction ? Number((value * 100).toPrecision(12)) : value}${usual}`;
  }
  if (typeof value !== 'string' || parse(value) !== undefined) return undefined;
  const tight = value.replace(/\s+/g, '');
  const guesses = [tight, tight.replace(/min(utes?)?$/, 'm'), tight.replace(/sec(onds?)?$/, 's')];
  guesses.push(tight.replace(/\/(sec|second)$/, '/s'), tight.replace(/\/m$/, '/min'));
  guesses.push(tight.replace(/(hours?|hrs?)$/, 'h'), tight.replace(/days?$/, 'd'));
  guesses.push(tight.replace(/k$/i, 'KB'), tight.replace(/m$/i, 'MB'), tight.replace(/kb$/i, 'KB'));
  guesses.push(tight.replace(/(k|M|G)(bit|bps|bit\/sec)$/i, (_, size) => `${size}bit/s`));
  return guesses.find((guess) => parse(guess) !== undefined);
}

const YEAR_MS = 365 * 86_400_000;
const DURATION = 'a duration such as 500us, 30ms, 5s, 5m, 2h or 3d';
const durations = measure('duration', DURATION, parseDuration);
/** Milliseconds. */
export const duration = durations(0, YEAR_MS, '');
/** Milliseconds, more than none. */
export const positiveDuration = durations(0.001, YEAR_MS, ', longer than 0s');
/** Sessions per second. */
export const plainRate = measure('rate', 'a rate such as 500/s, 40/min or 2/h', parseRate)(0, 1e6);
/** Of 1. */
export const share = measure('share', 'a share such as 60%', parseShare)(0, 1, ' (0% to 100%)');
/** Bits per second. */
export const bandwidth = measure(
  'bandwidth',
  'a bandwidth such as 2Mbit/s',
  parseBandwidth,
)(1000, 1e12);
export const size = measure('size', 'a size such as 4KB or 1MiB', parseSize);

export const number = (min: number, max: number, expected: string) =>
  scalar(expected, (v) => (typeof v === 'number' && v >= min && v <= max ? v : undefined), {
    type: 'number',
    minimum: min,
    maximum: max,
  });

export const whole = (min: number, max: number) =>
  scalar(
    `a whole number from ${min} to ${max}`,
    (v) => (Number.isInteger(v) && Number(v) >= min && Number(v) <= max ? Number(v) : undefined),
    { type: 'integer', minimum: min, maximum: max },
  );

export const text = (expected: string, pattern: RegExp) =>
  scalar(expected, (v) => (typeof v === 'string' && pattern.test(v) ? v : undefined), {
    type: 'string',
    pattern: pattern.source,
  });

/** YAML 1.2 reads the words as text, and people write them. */
const SWITCH = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['on', true],
  ['off', false],
  ['yes', true],
  ['no', false],
]);

/** A yes-or-no question. */
export const flag = scalar(
  'true or false',
  (v) => SWITCH.get(v),
  { enum: [...SWITCH.keys()] },
  {
    suggest: (v) =>
      typeof v === 'string' ? suggest(v, [...SWITCH.keys()].map(String)) : undefined,
  },
);

/** One of several words or numbers. */
export function choice<const T extends string | number>(
  values: readonly T[],
  later: readonly string[] = [],
) {
  const words = values.map(String);
  return scalar(
    oneOf(words),
    (v) => values.find((candidate) => candidate === v),
    {
      enum: values,
    },
    {
      later,
      suggest: (v) =>
        switchWord(v, words) ?? (typeof v === 'string' ? suggest(v, words) : undefined),
    },
  );
}

/** `true` and `yes` for a setting that is called `on`. */
function switchWord(value: unknown, words: readonly string[]): string | undefined {
  if (!SWITCH.has(value)) return undefined;
  const word = SWITCH.get(value) ? 'on' : 'off';
  return words.includes(word) ? word : undefined;
}

/** A map with these keys and no others. `later`: keys of the format that are not built yet. */
export function record<S extends z.core.$ZodLooseShape>(shape: S, later: readonly string[] = []) {
  return z.object(shape).catchall(stranger(Object.keys(shape), later));
}

/** The catch-alls of closed maps, for the JSON Schema. */
export const STRANGERS = new WeakSet<z.core.$ZodType>();

function stranger(known: readonly string[], later: readonly string[]) {
  const schema = z.unknown().superRefine((_value, ctx) => {
    complain(ctx, { kind: 'unknown-key', known, later });
  });
  STRANGERS.add(schema);
  return schema;
}

/**
 * A check across several keys; it also runs when some of them are wrong, and are then undefined.
 * `keys`: those that the file states, wrong ones included.
 */
export function checked<T extends z.ZodType>(
  schema: T,
  check: (value: Partial<z.output<T>>, ctx: z.core.$RefinementCtx, keys: readonly string[]) => void,
): T {
  const always = { when: () => true };
  return schema.superRefine((value, ctx) => {
    if (!isMap(value)) return;
    const right = Object.entries(value).filter(([, part]) => part !== z.NEVER);
    check(Object.fromEntries(right) as Partial<z.output<T>>, ctx, Object.keys(value));
  }, always);
}

/** A value with several forms; `pick` looks at it and says by which of them it is to be judged. */
export function oneForm<T>(
  forms: readonly z.ZodType<T>[],
  pick: (value: unknown) => z.ZodType<T>,
  json: Json = {},
) {
  const schema = z
    .unknown()
    .transform((value, ctx): T => {
      const result = pick(value).safeParse(value);
      if (result.success) return result.data;
      for (const issue of result.error.issues) ctx.addIssue({ ...issue, path: [...issue.path] });
      return z.NEVER;
    })
    .meta(json);
  FORMS.set(schema, forms);
  return schema;
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same field with what it means, which editors show: see json-schema.ts. */
export function about<T extends z.ZodType>(meaning: string, schema: T): T {
  const expected = schema.description;
  const described = schema.describe(expected === undefined ? meaning : `${meaning}: ${expected}`);
  const forms = FORMS.get(schema);
  if (forms) FORMS.set(described, forms);
  return described;
}
