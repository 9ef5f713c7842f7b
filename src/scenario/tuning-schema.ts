// The schema of the portable settings, as they stand under `target.tuning` and in each variant.
import * as z from 'zod';
import type {
  BotFilter,
  ClientLimits,
  ConfigSource,
  ContentFilter,
  Edge,
  Greylist,
  Hosted,
  RawPostfix,
  SpfRecord,
  Tuning,
  VictimRule,
} from '../tuning/tuning.ts';
import {
  about,
  bandwidth,
  checked,
  choice,
  complain,
  duration,
  flag,
  isMap,
  oneForm,
  positiveDuration,
  record,
  scalar,
  share,
  text,
  whole,
} from './fields.ts';
import { recipientTable } from './recipient-schema.ts';
import { suggest } from './suggest.ts';

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

const greylist: z.ZodType<Greylist> = checked(
  record({ delay: positiveDuration, window: positiveDuration.prefault('2d') }),
  ({ delay, window }, ctx) => {
    if (delay === undefined || window === undefined || window > delay) return;
    const what = 'window is not longer than delay, so no retry would ever be let in';
    complain(ctx, { kind: 'plain', what, expected: 'a longer window' }, ['window']);
  },
).transform(({ delay, window }) => ({ delayMs: delay, windowMs: window }));

const BOT_FILTER: BotFilter = { greetWaitMs: 6000, dnsbl: true, deep: false };
const botFilterMap: z.ZodType<BotFilter> = record({
  greetWait: duration.prefault('6s'),
  dnsbl: flag.prefault(true),
  deep: flag.prefault(false),
}).transform(({ greetWait, dnsbl, deep }) => ({ greetWaitMs: greetWait, dnsbl, deep }));
const botFilterWord = choice(['off', 'on']).transform((word) =>
  word === 'on' ? BOT_FILTER : ('off' as const),
);
const botFilter = oneForm<'off' | BotFilter>([botFilterWord, botFilterMap], (value) =>
  isMap(value) ? botFilterMap : botFilterWord,
);

const clientLimits: z.ZodType<ClientLimits> = checked(
  record({
    concurrent: whole(1, 100_000).exactOptional(),
    perMinute: whole(1, 1_000_000).exactOptional(),
  }),
  ({ concurrent, perMinute }, ctx) => {
    if (concurrent !== undefined || perMinute !== undefined) return;
    const what = 'the limits limit nothing';
    const expected = 'concurrent, perMinute or both, or clientLimits: off';
    complain(ctx, { kind: 'plain', what, expected });
  },
);

const contentFilter: z.ZodType<ContentFilter> = checked(
  record({ cpu: duration.prefault('0s'), wait: duration.prefault('0s') }),
  ({ cpu, wait }, ctx) => {
    if (cpu !== 0 || wait !== 0) return;
    const what = 'the content filter neither computes nor waits';
    complain(ctx, { kind: 'plain', what, expected: 'cpu, wait or both, or contentFilter: off' });
  },
).transform(({ cpu, wait }) => ({ cpuMs: cpu, waitMs: wait }));

/** RFC 2308 §5: one to three hours are a sensible time to remember that there is no such record. */
const spfRecordMap: z.ZodType<SpfRecord> = record({
  after: about("From the storm's begin to its publication, in campaign time", duration).prefault(
    '0s',
  ),
  ttl: about(
    'How long resolvers still believe that there is no record, in campaign time',
    duration,
  ).prefault('1h'),
  honoured: about('Sessions of hosts that check SPF and refuse what fails it', share),
}).transform(({ after, ttl, honoured }) => ({ afterMs: after, ttlMs: ttl, honoured }));
export const spfRecord = wordOr('off', spfRecordMap, '{honoured: 40%}').exactOptional();

const PATH_RULE = 'the path of a directory with main.cf and master.cf';
const directory = scalar(
  `${PATH_RULE}, or a map such as {git: main, path: etc/postfix}`,
  (value) => (isPath(value) ? { path: value, from: '.' } : undefined),
  { type: 'string', minLength: 1 },
);
const revision: z.ZodType<ConfigSource> = record({
  git: scalar(
    'a git revision such as main',
    (value) => (isPath(value) && !value.startsWith('-') ? value : undefined),
    { type: 'string', minLength: 1 },
  ),
  path: scalar(PATH_RULE, (value) => (isPath(value) ? value : undefined), {
    type: 'string',
    minLength: 1,
  }),
}).transform(({ git, path }) => ({ git, path, from: '.' }));
/** `from` is the working directory until it is known which file the path stands in (parse.ts). */
const config = oneForm<ConfigSource>([directory, revision], (value) =>
  isMap(value) ? revision : directory,
);

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !hasControl(value);
}

const rawValue = scalar(
  'a text, a number, true or false, on one line',
  (value) => {
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'number') return String(value);
    return typeof value === 'string' && !hasControl(value) ? value : undefined;
  },
  { type: ['string', 'number', 'boolean'] },
);

const masterServices = checked(z.object({}).catchall(rawValue), (_services, ctx, keys) => {
  for (const key of keys.filter(
    (name) => !/^[^\s/]+\/(inet|unix|unix-dgram|fifo|pass)$/.test(name),
  )) {
    const what = 'not a service of master.cf';
    complain(ctx, { kind: 'plain', what, expected: 'name/type such as smtp/inet', ofKey: true }, [
      key,
    ]);
  }
});

const rawPostfix: z.ZodType<RawPostfix> = checked(
  z.object({ master: masterServices.optional() }).catchall(rawValue),
  (_settings, ctx, keys) => {
    for (const key of keys.filter((name) => !/^[a-z][a-z0-9_]*$/i.test(name))) {
      complain(ctx, { kind: 'plain', what: 'not the name of a main.cf parameter', ofKey: true }, [
        key,
      ]);
    }
  },
).transform(({ master = {}, ...main }) => ({
  main: main as Record<string, string>,
  master: master as Record<string, string>,
}));

/** A line break would begin another main.cf setting. */
function hasControl(value: string): boolean {
  return [...value].some((letter) => letter < ' ' || letter === '\x7f');
}

const SETTINGS = {
  workers: whole(1, 10_000).exactOptional(),
  acceptQueue: whole(1, 65_535).exactOptional(),
  errorLimit: errorLimit.exactOptional(),
  victimRule: wordOr('off', victimRule, '{reply: 554}').exactOptional(),
  senderRule: choice(['off', 'fqdn', 'no-null']).exactOptional(),
  recipients: wordOr('catch-all', recipientTable, '{table: cdb}').exactOptional(),
  checkOrder: choice(['recipient-first', 'recipient-last']).exactOptional(),
  greylist: wordOr('off', greylist, '{delay: 5m}').exactOptional(),
  contentFilter: wordOr('off', contentFilter, '{cpu: 20ms}').exactOptional(),
  botFilter: botFilter.exactOptional(),
  clientLimits: wordOr('off', clientLimits, '{concurrent: 20}').exactOptional(),
  reverseLookup: choice(['on', 'off']).exactOptional(),
  spf: choice(['off', 'on']).exactOptional(),
  tls: choice(['off', 'may']).exactOptional(),
  stress: choice(['auto', 'on', 'off']).exactOptional(),
  postfix: rawPostfix.exactOptional(),
};

const edgeMap: z.ZodType<Edge> = checked(
  record({
    ...SETTINGS,
    verify: flag.prefault(false),
    link: bandwidth.exactOptional(),
    roundTrip: positiveDuration.exactOptional(),
  }),
  ({ verify, recipients }, ctx) => {
    if (verify !== true || recipients === undefined) return;
    const what = 'the server in front asks the one behind it, and has recipients of its own';
    complain(ctx, { kind: 'plain', what, expected: 'verify or recipients, not both' }, ['verify']);
  },
).transform(({ verify, link, roundTrip, ...settings }) => ({
  tuning: settings,
  verify,
  link: {
    ...(link === undefined ? {} : { bitsPerSecond: link }),
    ...(roundTrip === undefined ? {} : { roundTripMs: roundTrip }),
  },
}));

const LOCAL_PART = /^[a-z0-9][a-z0-9._+-]{0,63}$/;
const hosted: z.ZodType<Hosted> = checked(
  record({ accounts: z.array(text('a local part such as jslopez', LOCAL_PART)) }),
  ({ accounts }, ctx) => {
    if (accounts === undefined || accounts.length > 0) return;
    const expected = 'at least one account';
    complain(ctx, { kind: 'plain', what: 'empty', expected }, ['accounts']);
  },
);

export const tuning: z.ZodType<Tuning> = checked(
  record({
    ...SETTINGS,
    config: config.exactOptional(),
    spfRecord,
    edge: wordOr('off', edgeMap, '{link: 2Mbit/s}').exactOptional(),
    hosted: wordOr('off', hosted, '{accounts: [jslopez]}').exactOptional(),
  }),
  ({ edge, hosted: swallower }, ctx) => {
    if (!isMap(edge) || !isMap(swallower)) return;
    const what = 'a server in front and a hosted service are two answers to one question';
    complain(ctx, { kind: 'plain', what, expected: 'edge or hosted, not both' }, ['hosted']);
  },
);
