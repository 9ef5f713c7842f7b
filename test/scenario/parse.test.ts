// What a right scenario becomes: every unit resolved, every default filled in.
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { DIALECT_NAMES, type Rate } from '../../src/scenario/scenario.ts';
import type { Tuning } from '../../src/tuning/tuning.ts';
import { SMALLEST } from './read.ts';

test('the smallest scenario has all the defaults', () => {
  expect(parseScenario(SMALLEST, 's.yaml')).toEqual({
    name: 'small',
    summary: '(no summary)',
    seed: 1,
    compress: 1,
    phases: { warmupMs: 2000, calmMs: 10_000, stormMs: 30_000, recoveryMs: 10_000, drainMs: 5000 },
    world: {
      domain: 'xman.test',
      victim: 'jslopez@xman.test',
      victimExists: false,
      mailboxes: 200,
      sources: 20_000,
      roundTrip: { medianMs: 80, p99Ms: 400 },
    },
    actors: [
      {
        name: 'legit',
        kind: 'legit',
        rate: { shape: 'constant', perSecond: 5 },
        size: 'legit-2009',
        systems: { postfix: 45, exim: 20, exchange: 20, gmail: 15 },
        several: 0.08,
        lists: 0.02,
        deadUsers: 0.1,
        bounces: 0.02,
        concurrency: 1000,
        patienceMs: 60_000,
        retry: 'native',
      },
    ],
    target: { kind: 'embedded', client: 'address', tuning: {} },
    variants: [{ name: 'stock', changes: {}, tuning: {} }],
    expects: [],
    goal: [],
    thresholds: [],
    repeat: 1,
  });
});

test('a bouncer has its own defaults', () => {
  const text = 'name: s\nactors: {legit: {kind: legit, rate: 1/s}, b: {kind: bouncer, rate: 2/h}}';
  expect(parseScenario(text, 's.yaml').actors[1]).toEqual({
    name: 'b',
    kind: 'bouncer',
    emptyData: 0,
    rate: { shape: 'constant', perSecond: 2 / 3600 },
    dialects: { postfix: 40, exim: 20, qmail: 10, exchange: 30 },
    concurrency: 5000,
    patienceMs: 30_000,
    retry: 'native',
  });
});

test.each([
  [
    'callout',
    { systems: { exim: 50, postfix: 50 }, random: 0.1, postmaster: 0.05, cache: 'native' },
  ],
  [
    'bot',
    {
      pregreet: 0.6,
      quit: 0.2,
      pipelining: 0.3,
      heedless: 0.5,
      wrongHelo: 0.8,
      garbage: 0.02,
      known: 0.8,
    },
  ],
  ['harvester', { recipients: 25, known: 0.01 }],
  ['slow-client', { everyMs: 5000, patienceMs: 600_000 }],
])('a %s has its own defaults', (kind, defaults) => {
  const text = `name: s\nactors: {legit: {kind: legit, rate: 1/s}, x: {kind: ${kind}, rate: 1/s}}`;
  expect(parseScenario(text, 's.yaml').actors[1]).toMatchObject({ kind, ...defaults });
});

test('patience may differ for the banner and for commands', () => {
  const patience = '{banner: 10s, command: 2m}';
  const text = `name: s\nactors: {l: {kind: legit, rate: 1/s, patience: ${patience}}}`;
  const [actor] = parseScenario(text, 's.yaml').actors;
  expect(actor).toMatchObject({ patienceMs: 120_000, bannerPatienceMs: 10_000 });
});

test.each(DIALECT_NAMES)('a bouncer can be of %s alone', (name) => {
  const text = `name: s\nactors: {b: {kind: bouncer, rate: 2/h, dialects: {${name}: 7}}, l: {kind: legit, rate: 1/s}}`;
  expect(parseScenario(text, 's.yaml').actors[0]).toMatchObject({ dialects: { [name]: 7 } });
});

test.each([
  ['vacation', { sieve: 45, vacation: 15, exchange: 30, 'exchange-2003': 10 }],
  ['list-manager', { mailman: 70, majordomo: 15, ezmlm: 15 }],
  ['challenge-response', { tmda: 50, html: 50 }],
])('a %s has its own defaults', (kind, systems) => {
  const text = `name: s\nactors: {legit: {kind: legit, rate: 1/s}, a: {kind: ${kind}, rate: 2/s}}`;
  expect(parseScenario(text, 's.yaml').actors[1]).toEqual({
    name: 'a',
    kind,
    rate: { shape: 'constant', perSecond: 2 },
    systems,
    concurrency: 1000,
    patienceMs: 30_000,
    retry: 'native',
  });
});

test('an actor that answers states its own systems, retries and patience', () => {
  const own = '{kind: vacation, rate: 1/s, systems: {sieve: 2}, retry: [5m], patience: 3s}';
  const text = `name: s\nactors: {legit: {kind: legit, rate: 1/s}, a: ${own}}`;
  expect(parseScenario(text, 's.yaml').actors[1]).toMatchObject({
    systems: { sieve: 2 },
    retry: { gapsMs: [300_000] },
    patienceMs: 3000,
  });
});

test.each<[string, Rate]>([
  ['40/min', { shape: 'constant', perSecond: 40 / 60 }],
  ['{shape: constant, rate: 5/s}', { shape: 'constant', perSecond: 5 }],
  ['{shape: ramp, to: 300/s, over: 2s}', { shape: 'ramp', from: 0, to: 300, overMs: 2000 }],
  [
    '{shape: burst, peak: 9/s, every: 2s, for: 500ms}',
    { shape: 'burst', base: 0, peak: 9, everyMs: 2000, forMs: 500 },
  ],
  ['{shape: decay, from: 9/s, halfLife: 3s}', { shape: 'decay', from: 9, halfLifeMs: 3000 }],
  ['{shape: poisson, rate: 7/s}', { shape: 'poisson', perSecond: 7 }],
  ['{shape: trace, at: [0s, 100ms, 100ms]}', { shape: 'trace', atMs: [0, 100, 100] }],
])('the rate %s', (text, rate) => {
  const [actor] = parseScenario(SMALLEST.replace('5/s', text), 's.yaml').actors;
  expect(actor?.rate).toEqual(rate);
});

test.each<[string, object]>([
  ['retry: none', { retry: 'none' }],
  ['retry: hotmail', { retry: 'hotmail' }],
  ['retry: [5m, 10m]', { retry: { gapsMs: [300_000, 600_000] } }],
  ['size: 4KB', { size: { bytes: 4000 } }],
])('the actor with %s', (text, part) => {
  const [actor] = parseScenario(SMALLEST.replace('rate:', `${text}, rate:`), 's.yaml').actors;
  expect(actor).toMatchObject(part);
});

test('the share of empty bounces', () => {
  const bouncers = 'b: {kind: bouncer, rate: 1/s, emptyData: 2%}, ';
  const [actor] = parseScenario(SMALLEST.replace('legit:', `${bouncers}legit:`), 's.yaml').actors;
  expect(actor).toMatchObject({ name: 'b', emptyData: 0.02 });
});

test.each<[string, Tuning]>([
  ['errorLimit: off', { errorLimit: 'off' }],
  ['victimRule: off', { victimRule: 'off' }],
  ['recipients: catch-all', { recipients: 'catch-all' }],
  ['recipients: {table: ldap}', { recipients: { table: 'ldap', waitMs: 8, connections: 8 } }],
  ['recipients: {table: cdb}', { recipients: { table: 'cdb' } }],
  ['greylist: {delay: 5m}', { greylist: { delayMs: 300_000, windowMs: 172_800_000 } }],
  ['contentFilter: {cpu: 20ms}', { contentFilter: { cpuMs: 20, waitMs: 0 } }],
  [
    'postfix: {a: 1, b: no, c: true}',
    { postfix: { main: { a: '1', b: 'no', c: 'yes' }, master: {} } },
  ],
  [
    'postfix: {master: {smtp/inet: smtp inet n - n - 5 smtpd}}',
    { postfix: { main: {}, master: { 'smtp/inet': 'smtp inet n - n - 5 smtpd' } } },
  ],
  ['botFilter: on', { botFilter: { greetWaitMs: 6000, dnsbl: true, deep: false } }],
  [
    'botFilter: {greetWait: 2s, deep: true}',
    { botFilter: { greetWaitMs: 2000, dnsbl: true, deep: true } },
  ],
  ['edge: off', { edge: 'off' }],
  [
    'edge: {recipients: catch-all, link: 2Mbit/s, roundTrip: 30ms}',
    {
      edge: {
        tuning: { recipients: 'catch-all' },
        verify: false,
        link: { bitsPerSecond: 2e6, roundTripMs: 30 },
      },
    },
  ],
  ['edge: {verify: true}', { edge: { tuning: {}, verify: true, link: {} } }],
  ['hosted: {accounts: [jslopez]}', { hosted: { accounts: ['jslopez'] } }],
  ['clientLimits: {perMinute: 30}', { clientLimits: { perMinute: 30 } }],
])('the tuning %s', (text, tuning) => {
  const { target } = parseScenario(`${SMALLEST}target: {tuning: {${text}}}`, 's.yaml');
  expect(target.tuning).toEqual(tuning);
});

test('a victim rule without a text has one of ours, in one line of ASCII', () => {
  const { target } = parseScenario(`${SMALLEST}target: {tuning: {victimRule: {}}}`, 's.yaml');
  expect(target.tuning.victimRule).toEqual({
    reply: 554,
    text: expect.stringMatching(/^[ -~]{10,200}$/),
  });
});

test.each(['0', '0s', '0ms'])('a round trip of %s is switched off', (zero) => {
  const { world } = parseScenario(`${SMALLEST}world: {roundTrip: ${zero}}`, 's.yaml');
  expect(world).not.toHaveProperty('roundTrip');
});

test.each([
  ['{}', { delayMs: 0, servfail: 0, silence: 0, dnsbl: 0.8 }],
  [
    '{delay: 20ms, servfail: 1%, silence: 0.5%, dnsbl: 50%}',
    { delayMs: 20, servfail: 0.01, silence: 0.005, dnsbl: 0.5 },
  ],
])('a name server that is %s has the rest by default', (dns, expected) => {
  const { world } = parseScenario(`${SMALLEST}world: {dns: ${dns}}`, 's.yaml');
  expect(world.dns).toEqual(expected);
});

test.each([
  ['true', true],
  ['on', true],
  ['yes', true],
  ['false', false],
  ['off', false],
  ['no', false],
])('a yes-or-no question answered with %s', (word, expected) => {
  const text = `${SMALLEST}world: {victimExists: ${word}}\n`;
  expect(parseScenario(text, 's.yaml').world.victimExists).toBe(expected);
});

test('the victim lives in the domain that is stated', () => {
  const { world } = parseScenario(`${SMALLEST}world: {domain: a.invalid}`, 's.yaml');
  expect(world.victim).toBe('jslopez@a.invalid');
});

test('a variant is laid over the tuning key by key, raw settings one by one', () => {
  const text = `${SMALLEST}
target:
  tuning: {workers: 9, recipients: {table: ldap}, postfix: {a: 1, b: 2}}
variants:
  stock: {}
  other: {recipients: {table: cdb}, postfix: {b: 3}}
`;
  const [stock, other] = parseScenario(text, 's.yaml').variants;
  expect(stock?.tuning).toEqual({
    workers: 9,
    recipients: { table: 'ldap', waitMs: 8, connections: 8 },
    postfix: { main: { a: '1', b: '2' }, master: {} },
  });
  expect(other?.changes).toEqual({
    recipients: { table: 'cdb' },
    postfix: { main: { b: '3' }, master: {} },
  });
  expect(other?.tuning).toEqual({
    workers: 9,
    recipients: { table: 'cdb' },
    postfix: { main: { a: '1', b: '3' }, master: {} },
  });
});

describe('an address', () => {
  test.each([
    ['127.0.0.1:2525', '127.0.0.1', 2525],
    ['localhost:25', 'localhost', 25],
    ['"[::1]:2525"', '::1', 2525],
  ])('%s', (text, host, port) => {
    const yaml = `${SMALLEST}target: {address: ${text}}\nworld: {sources: 1}`;
    const { target } = parseScenario(yaml, 's.yaml');
    const address = { host, port };
    expect(target).toEqual({ kind: 'external', address, client: 'address', tuning: {} });
  });
});
