// The schema of a scenario's sections. Each is judged on its own, so that a mistake in one does not
// hide the mistakes in another; what concerns several sections is checked in checks.ts.
import * as z from 'zod';
import { isOfAttack } from '../tuning/tuning.ts';
import { actor } from './actor-schema.ts';
import {
  about,
  checked,
  choice,
  complain,
  duration,
  flag,
  isMap,
  number,
  oneForm,
  positiveDuration,
  record,
  scalar,
  share,
  text,
  whole,
} from './fields.ts';
import {
  type Actor,
  CLIENT_CHOICES,
  DEFAULT_DNS,
  type PhaseLengths,
  type TargetChoice,
  type World,
  type WorldDns,
} from './scenario.ts';
import { spfRecord, tuning } from './tuning-schema.ts';

/** Names become parts of metrics, file names and command lines. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const NAME_RULE = 'small letters, digits and hyphens, at most 64';

const phases = checked(
  record({
    warmup: duration.prefault('2s'),
    calm: duration.prefault('10s'),
    storm: duration.prefault('30s'),
    recovery: duration.prefault('10s'),
    drain: duration.prefault('5s'),
  }),
  ({ calm, storm, recovery }, ctx) => {
    if (calm !== 0 || storm !== 0 || recovery !== 0) return;
    const what = 'calm, storm and recovery all take 0s, so nothing is measured';
    complain(ctx, { kind: 'plain', what, expected: 'one of them to last' });
  },
).transform(
  ({ warmup, calm, storm, recovery, drain }): PhaseLengths => ({
    warmupMs: warmup,
    calmMs: calm,
    stormMs: storm,
    recoveryMs: recovery,
    drainMs: drain,
  }),
);

const roundTripMap = checked(
  record({ median: positiveDuration, p99: positiveDuration }),
  ({ median, p99 }, ctx) => {
    if (median === undefined || p99 === undefined || p99 >= median) return;
    const what = 'the 99th percentile is below the median';
    complain(ctx, { kind: 'plain', what, expected: 'at least the median' }, ['p99']);
  },
).transform(({ median, p99 }) => ({ medianMs: median, p99Ms: p99 }));
const roundTripOff = scalar(
  '0 (off) or a map such as {median: 80ms, p99: 400ms}',
  (value) => (value === 0 || value === '0s' || value === '0ms' ? ('off' as const) : undefined),
  { enum: [0, '0s', '0ms'] },
);
const roundTrip = oneForm<'off' | { medianMs: number; p99Ms: number }>(
  [roundTripOff, roundTripMap],
  (value) => (isMap(value) ? roundTripMap : roundTripOff),
);

const dns = checked(
  record({
    delay: about('how long the name server takes for each answer', duration).exactOptional(),
    servfail: about('share of the names answered by SERVFAIL', share).exactOptional(),
    silence: about('share of the names that get no answer', share).exactOptional(),
    dnsbl: about('share of the bots’ sessions that block lists know', share).exactOptional(),
  }),
  ({ servfail = 0, silence = 0 }, ctx) => {
    if (servfail + silence <= 1) return;
    const what = 'servfail and silence are more than all names together';
    complain(ctx, { kind: 'plain', what, expected: 'at most 100%' }, ['silence']);
  },
).transform(
  ({ delay, ...shares }): WorldDns => ({
    ...DEFAULT_DNS,
    ...shares,
    ...(delay !== undefined && { delayMs: delay }),
  }),
);

// Forged names stay under the top-level domains that RFC 2606 reserves: nobody's mail can be hit.
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(test|invalid|example)$/;
const ADDRESS = /^[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,255}$/;
const DEFAULT_DOMAIN = 'xman.test';

const world = checked(
  record({
    domain: text('a domain in small letters under .test, .invalid or .example', DOMAIN).prefault(
      DEFAULT_DOMAIN,
    ),
    victim: text('an address such as jslopez@xman.test', ADDRESS).exactOptional(),
    victimExists: flag.prefault(false),
    mailboxes: whole(1, 1_000_000).prefault(200),
    sources: whole(1, 130_000).prefault(20_000),
    roundTrip: roundTrip.prefault({ median: '80ms', p99: '400ms' }),
    dns: dns.exactOptional(),
  }),
  ({ domain, victim }, ctx) => {
    if (domain === undefined || victim === undefined || victim.endsWith(`@${domain}`)) return;
    const what = `${victim} is not in the world's domain`;
    complain(ctx, { kind: 'plain', what, expected: `an address at ${domain}` }, ['victim']);
  },
).transform(
  ({ domain, victim, victimExists, mailboxes, sources, roundTrip, dns }): World => ({
    domain,
    victim: victim ?? `jslopez@${domain}`,
    victimExists,
    mailboxes,
    sources,
    ...(roundTrip === 'off' ? {} : { roundTrip }),
    ...(dns && { dns }),
  }),
);

/** `host:port`, `127.0.0.1:2525` or `[::1]:2525`; undefined for anything else. */
export function parseAddress(value: string): { host: string; port: number } | undefined {
  const [, bracketed, bare, digits] =
    /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i.exec(value) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

const address = scalar(
  'an address such as 127.0.0.1:2525',
  (value) => (typeof value === 'string' ? parseAddress(value) : undefined),
  { type: 'string', pattern: String.raw`^(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/]+):[0-9]{1,5}$` },
);

const client = choice(CLIENT_CHOICES).prefault('address');

export const OWN_TARGETS = ['embedded', 'postfix'] as const;
const ownTarget = record({
  kind: choice(OWN_TARGETS).prefault('embedded'),
  client,
  tuning: tuning.prefault({}),
});
/** Taken for the sake of a better message; the JSON Schema says no at once. */
const unfit = z.unknown().meta({ not: {} }).optional();
/** It is the attack that this changes. */
const attackTuning = z.object({ spfRecord }).catchall(unfit).prefault({});
const otherTarget = checked(
  record({ address, client, kind: unfit, tuning: attackTuning }),
  ({ kind, tuning: found }, ctx) => {
    if (kind !== undefined) {
      const what = 'a target with an address has no kind';
      complain(ctx, { kind: 'plain', what, expected: 'kind or address, not both' }, ['kind']);
    }
    if (Object.keys(found ?? {}).every(isOfAttack)) return;
    const what = 'nobody can tune a server elsewhere';
    complain(ctx, { kind: 'plain', what, expected: 'an address without tuning' }, ['tuning']);
  },
);
const embedded = ownTarget.transform(
  ({ kind, client, tuning }): TargetChoice => ({ kind, client, tuning }),
);
const external = otherTarget.transform(
  ({ address, client, tuning: { spfRecord: stated } }): TargetChoice => {
    const attack = stated === undefined ? {} : { spfRecord: stated };
    return { kind: 'external', address, client, tuning: attack };
  },
);
const target = oneForm<TargetChoice>([embedded, external], (value) =>
  isMap(value) && 'address' in value ? external : embedded,
);

/** A map from names to things of one sort. */
function named<T>(what: string, value: z.ZodType<T>) {
  return checked(z.record(z.string(), value), (_map, ctx, names) => {
    for (const name of names) {
      if (NAME.test(name)) continue;
      complain(
        ctx,
        {
          kind: 'plain',
          what: `no name for a scenario's ${what}`,
          expected: NAME_RULE,
          ofKey: true,
        },
        [name],
      );
    }
    if (names.length > 0) return;
    complain(ctx, { kind: 'plain', what: 'empty', expected: `at least one ${what}` });
  });
}

const actors = named('actor', actor).transform((map): readonly Actor[] =>
  Object.entries(map).map(([name, rest]) => ({ name, ...rest })),
);
/** The gates' grammar is judged later (gate.ts): it needs the names of actors and variants. */
const gates = z.array(text('a text such as legit.lost == 0', /\S/)).prefault([]);
const line = (max: number) =>
  text(
    `a text of at most ${max} characters`,
    new RegExp(String.raw`^[^\x00-\x08\x0b-\x1f\x7f]{1,${max}}$`),
  );

export const SECTIONS = {
  extends: text('the name of a built-in scenario, or a path', /\S/).optional(),
  name: text(`a name: ${NAME_RULE}`, NAME),
  summary: line(500).prefault('(no summary)'),
  predicts: line(2000).optional(),
  expects: gates,
  seed: whole(0, 4_294_967_295).prefault(1),
  clock: record({ compress: number(1, 1e6, 'a number from 1 to 1000000').prefault(1) }).prefault(
    {},
  ),
  phases: phases.prefault({}),
  world: world.prefault({}),
  actors,
  target: target.prefault({}),
  variants: named('variant', tuning).prefault({ stock: {} }),
  goal: gates,
  thresholds: gates,
  repeat: whole(1, 1000).prefault(1),
} as const;
export type SectionName = keyof typeof SECTIONS;
export type Sections = { readonly [K in SectionName]: z.output<(typeof SECTIONS)[K]> };
