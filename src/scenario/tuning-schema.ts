// The schema of the portable settings, as they stand under `target.tuning` and in each variant.
import * as z from 'zod';
import {
  type ContentFilter,
  type Greylist,
  RECIPIENT_TABLES,
  type RecipientTable,
  type Tuning,
  type VictimRule,
} from '../tuning/tuning.ts';
import {
  checked,
  choice,
  complain,
  duration,
  isMap,
  notYet,
  oneForm,
  positiveDuration,
  record,
  scalar,
  text,
  whole,
} from './fields.ts';
import { suggest } from './suggest.ts';

const LATER = ['botFilter', 'spf', 'clientLimits', 'reverseLookup', 'edge'];
const DEFAULT_REPLY_TEXT = 'this address sends no mail: what bounces here is forged';

/** A setting that is a word such as `off`, or a map. */
function wordOr<const W extends string, T>(word: W, map: z.ZodType<T>, example: string) {
  const expected = `${word} or a map such as ${example}`;
  const plain = scalar(
    expected,
    (value) => (value === word ? word : undefined),
    { const: word },
    { suggest: (value) => (typeof value === 'string' ? suggest(value, [word]) : undefined) },
  );
  return oneForm<W | T>([plain, map], (value) => (isMap(value) ? map : plain));
}

const errorLimit = scalar(
  'off or a whole number from 1 to 100000',
  (value) => (value === 'off' || isCount(value) ? value : undefined),
  { anyOf: [{ const: 'off' }, { type: 'integer', minimum: 1, maximum: 100_000 }] },
);

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100_000;
}

const victimRule: z.ZodType<VictimRule> = record({
  reply: choice([550, 554, 521, 450, 421]).prefault(554),
  // It becomes a line of SMTP and of an access table: RFC 5321 §4.2 allows printable ASCII only.
  text: text('at most 200 printable ASCII characters', /^[ -~]{1,200}$/).prefault(
    DEFAULT_REPLY_TEXT,
  ),
});

const recipientTable: z.ZodType<RecipientTable> = checked(
  record({
    table: choice(RECIPIENT_TABLES, ['lmdb', 'sqlite']),
    wait: duration.exactOptional(),
    connections: whole(1, 10_000).exactOptional(),
  }),
  ({ table, wait, connections }, ctx) => {
    if (table === undefined || table === 'ldap') return;
    for (const [key, value] of Object.entries({ wait, connections })) {
      if (value === undefined) continue;
      const what = `applies to the table ldap only, found the table ${table}`;
      complain(ctx, { kind: 'plain', what, expected: `no ${key}, or table: ldap` }, [key]);
    }
  },
).transform(({ table, wait, connections }) => {
  if (table !== 'ldap') return { table };
  return { table, waitMs: wait ?? 8, connections: connections ?? 8 };
});

const greylist: z.ZodType<Greylist> = checked(
  record({ delay: positiveDuration, window: positiveDuration.prefault('2d') }),
  ({ delay, window }, ctx) => {
    if (delay === undefined || window === undefined || window > delay) return;
    const what = 'window is not longer than delay, so no retry would ever be let in';
    complain(ctx, { kind: 'plain', what, expected: 'a longer window' }, ['window']);
  },
).transform(({ delay, window }) => ({ delayMs: delay, windowMs: window }));

const contentFilter: z.ZodType<ContentFilter> = checked(
  record({ cpu: duration.prefault('0s'), wait: duration.prefault('0s') }),
  ({ cpu, wait }, ctx) => {
    if (cpu !== 0 || wait !== 0) return;
    const what = 'the content filter neither computes nor waits';
    complain(ctx, { kind: 'plain', what, expected: 'cpu, wait or both, or contentFilter: off' });
  },
).transform(({ cpu, wait }) => ({ cpuMs: cpu, waitMs: wait }));

const rawValue = scalar(
  'a text, a number, true or false, on one line',
  (value) => {
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && !hasControl(value) ? value : undefined;
  },
  { type: ['string', 'number', 'boolean'] },
);

const rawPostfix = checked(
  z.object({ master: notYet }).catchall(rawValue),
  (_settings, ctx, keys) => {
    for (const key of keys.filter((name) => !/^[a-z][a-z0-9_]*$/i.test(name))) {
      complain(ctx, { kind: 'plain', what: 'not the name of a main.cf parameter', ofKey: true }, [
        key,
      ]);
    }
  },
).transform(({ master: _, ...settings }): Record<string, string> => settings);

/** A line break would begin another main.cf setting. */
function hasControl(value: string): boolean {
  return [...value].some((letter) => letter < ' ' || letter === '\x7f');
}

export const tuning: z.ZodType<Tuning> = record(
  {
    workers: whole(1, 10_000).exactOptional(),
    acceptQueue: whole(1, 65_535).exactOptional(),
    errorLimit: errorLimit.exactOptional(),
    victimRule: wordOr('off', victimRule, '{reply: 554}').exactOptional(),
    senderRule: choice(['off', 'fqdn', 'no-null']).exactOptional(),
    recipients: wordOr('catch-all', recipientTable, '{table: cdb}').exactOptional(),
    checkOrder: choice(['recipient-first', 'recipient-last']).exactOptional(),
    greylist: wordOr('off', greylist, '{delay: 5m}').exactOptional(),
    contentFilter: wordOr('off', contentFilter, '{cpu: 20ms}').exactOptional(),
    tls: choice(['off', 'may']).exactOptional(),
    stress: choice(['auto', 'on', 'off']).exactOptional(),
    postfix: rawPostfix.exactOptional(),
  },
  [...LATER, 'hosted'],
);
