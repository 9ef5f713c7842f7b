// A tuning in words: exact lines, and that the scenario's parser reads them back as the same tuning.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { describeTuning } from '../../src/tuning/describe.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';

test('an empty tuning has no lines', () => {
  expect(describeTuning({})).toEqual([]);
});

test('the lines stand in one order, whatever that of the keys', () => {
  const tuning: Tuning = {
    postfix: {
      main: { smtpd_timeout: '10s' },
      master: { 'smtp/inet': 'smtp inet n - n - 5 smtpd' },
    },
    greylist: { delayMs: 300_000, windowMs: 172_800_000 },
    victimRule: { reply: 554, text: "don't bounce" },
    recipients: { table: 'ldap', waitMs: 8, connections: 8 },
    contentFilter: { cpuMs: 20, waitMs: 0 },
    errorLimit: 'off',
    workers: 100,
    spfRecord: { afterMs: 600_000, ttlMs: 3_600_000, honoured: 0.4 },
    tls: 'may',
    senderRule: 'no-null',
    config: { git: 'main', path: 'etc/postfix', from: '.' },
  };
  expect(describeTuning(tuning)).toEqual([
    'workers: 100',
    'errorLimit: off',
    'victimRule: {reply: 554, text: "don\'t bounce"}',
    'senderRule: no-null',
    'recipients: {table: ldap, wait: 8ms, connections: 8}',
    'greylist: {delay: 5m, window: 2d}',
    'contentFilter: {cpu: 20ms, wait: 0s}',
    'spfRecord: {after: 10m, ttl: 1h, honoured: 40%}',
    'tls: may',
    'config: {git: "main", path: "etc/postfix"}',
    'postfix: {smtpd_timeout: "10s", master: {"smtp/inet": "smtp inet n - n - 5 smtpd"}}',
  ]);
});

const duration = fc.integer({ min: 1, max: 1e9 }).map((us) => us / 1000);
const printable = fc
  .string({ minLength: 1, maxLength: 60 })
  .filter((text) => /^[ -~]+$/.test(text));
const table = fc.constantFrom('memory' as const, 'text' as const, 'hash' as const, 'cdb' as const);
const tunings: fc.Arbitrary<Tuning> = fc.record(
  {
    workers: fc.integer({ min: 1, max: 10_000 }),
    acceptQueue: fc.integer({ min: 1, max: 65_535 }),
    errorLimit: fc.oneof(fc.constant('off' as const), fc.integer({ min: 1, max: 1000 })),
    victimRule: fc.oneof(
      fc.constant('off' as const),
      fc.record({ reply: fc.constantFrom(550, 554, 521, 450, 421), text: printable }),
    ),
    recipients: fc.oneof(
      fc.constant('catch-all' as const),
      fc.record({ table }),
      fc.record({
        table: fc.constant('ldap' as const),
        waitMs: duration,
        connections: fc.integer({ min: 1, max: 99 }),
      }),
      fc.record({
        table: fc.constantFrom('text' as const, 'cdb' as const),
        path: printable,
        from: fc.constant('.'),
      }),
      fc.record({
        table: fc.constant('sqlite' as const),
        path: printable,
        from: fc.constant('.'),
        query: printable.map((text) => `SELECT '%s' ${text}`),
      }),
      fc.record({
        table: fc.constant('ldap' as const),
        url: fc.constant('ldap://[::1]:3890/cn=a?mail?one?(|(mail=%s)(x=%20"))'),
        connections: fc.integer({ min: 1, max: 99 }),
      }),
    ),
    checkOrder: fc.constantFrom('recipient-first', 'recipient-last'),
    greylist: fc.oneof(
      fc.constant('off' as const),
      duration.map((delayMs) => ({ delayMs, windowMs: delayMs + 1 })),
    ),
    contentFilter: fc.record({ cpuMs: duration, waitMs: duration }),
    senderRule: fc.constantFrom('off', 'fqdn', 'no-null'),
    tls: fc.constantFrom('off', 'may'),
    stress: fc.constantFrom('auto', 'on', 'off'),
    botFilter: fc.oneof(
      fc.constant('off' as const),
      fc.record({ greetWaitMs: duration, dnsbl: fc.boolean(), deep: fc.boolean() }),
    ),
    clientLimits: fc.record({ concurrent: fc.integer({ min: 1, max: 99 }) }),
    edge: fc.oneof(
      fc.constant('off' as const),
      fc.record({
        tuning: fc.record({ workers: fc.integer({ min: 1, max: 99 }) }),
        verify: fc.boolean(),
        link: fc.record(
          {
            bitsPerSecond: fc.integer({ min: 1, max: 1e9 }).map((n) => n * 1000),
            roundTripMs: duration,
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
      }),
    ),
    reverseLookup: fc.constantFrom('on', 'off'),
    config: fc.record(
      { path: printable, git: fc.stringMatching(/^[a-z0-9/]{1,20}$/), from: fc.constant('.') },
      { requiredKeys: ['path', 'from'], noNullPrototype: true },
    ),
    spf: fc.constantFrom('on', 'off'),
    spfRecord: fc.oneof(
      fc.constant('off' as const),
      fc.record({
        afterMs: duration,
        ttlMs: duration,
        honoured: fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000),
      }),
    ),
    postfix: fc.record({
      main: fc.dictionary(fc.stringMatching(/^p_[a-z]{1,9}$/), printable, {
        minKeys: 1,
        noNullPrototype: true,
      }),
      master: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}\/(inet|unix)$/), printable, {
        noNullPrototype: true,
      }),
    }),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Tuning>;

test('the parser reads every description back', () => {
  fc.assert(
    fc.property(tunings, (tuning) => {
      const lines = describeTuning(tuning).map((line) => `    ${line}`);
      const text = `name: s
actors: {legit: {kind: legit, rate: 5/s}}
target:
  tuning:
    ${lines.length === 0 ? '{}' : ''}
${lines.join('\n')}
`;
      expect(parseScenario(text, 's.yaml').target.tuning).toEqual(tuning);
    }),
    { numRuns: 60 },
  );
});
