// The JSON Schema judges as the parser does, as far as a schema without cross-checks can.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { builtInScenarios } from '../../src/scenario/library.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn, SMALLEST } from './read.ts';

const schema = scenarioJsonSchema();
// zod's validator forgives unknown keys where anyOf stands beside properties, and takes no `required`
// without properties: the top level's anyOf is judged here.
const { anyOf = [], ...closed } = schema;
const validator = z.fromJSONSchema(closed as typeof schema);
function accepts(text: string): boolean {
  const document = parse(text);
  const complete = anyOf.some(({ required }) => required?.every((key) => key in document));
  return complete && validator.safeParse(document).success;
}

test('is plain JSON', () => {
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});

test.each(builtInScenarios())('accepts the built-in $name', ({ path }) => {
  expect(accepts(readFileSync(path, 'utf8'))).toBe(true);
});

describe('accepts what the parser accepts', () => {
  test.each([
    'seed: 5',
    'world: {roundTrip: 0}',
    'world: {victimExists: yes}',
    'target: {tuning: {botFilter: {dnsbl: on, deep: false}}}',
    'world: {dns: {delay: 20ms, servfail: 1%, silence: 0.5%, dnsbl: 80%}}',
    'world: {dns: {}}',
    'phases: {storm: 1.5s}',
    'repeat: 2',
    'target: {address: "[::1]:25", client: proxy-v1}',
    'target: {client: xclient, tuning: {senderRule: no-null, tls: may}}',
    'target: {tuning: {errorLimit: off, greylist: {delay: 5m}, postfix: {a: 1, b: true}}}',
    'target: {tuning: {recipients: catch-all, victimRule: {reply: 550}}}',
    'variants: {a: {recipients: {table: ldap, wait: 8ms}}}',
    'goal: [legit.lost == 0]',
    'variants: {a: {spfRecord: {after: 5m, ttl: 1h, honoured: 40%}}, b: {spfRecord: off}}',
    'target: {address: "127.0.0.1:25", tuning: {spfRecord: {honoured: 40%}}}',
  ])('%s', (line) => {
    const text = `${SMALLEST}${line}\n`;
    expect(parseScenario(text, 's.yaml').name).toBe('small');
    expect(accepts(text)).toBe(true);
  });

  test.each([
    '{shape: ramp, to: 5/s, over: 2s}',
    '{shape: trace, at: [0s, 1s]}',
    '{shape: burst, peak: 5/s, every: 2s, for: 1s}',
  ])('the rate %s', (rate) => {
    expect(accepts(SMALLEST.replace('5/s', rate))).toBe(true);
  });

  test.each([
    '{kind: bouncer, rate: 5/s, dialects: {gmail: 1}}',
    '{kind: vacation, rate: 5/s, systems: {sieve: 1}, retry: [5m]}',
    '{kind: list-manager, rate: 5/s, concurrency: 7}',
    '{kind: challenge-response, rate: 5/s, retry: none}',
  ])('the actor %s', (actor) => {
    const text = `${SMALLEST.replace('}}', `}, x: ${actor}}`)}`;
    expect(parseScenario(text, 's.yaml').actors).toHaveLength(2);
    expect(accepts(text)).toBe(true);
  });

  test('a file that extends another may leave out anything', () => {
    expect(accepts('extends: deluge-2008\nactors: {legit: {patience: 5s}}')).toBe(true);
  });
});

describe('refuses what the parser refuses', () => {
  test.each(['name: a\n', 'actors: {legit: {kind: legit, rate: 5/s}}\n'])('%j', (text) => {
    expect(mistakesIn(text)).not.toEqual([]);
    expect(accepts(text)).toBe(false);
  });

  test.each([
    'sed: 5',
    'seed: -1',
    'phases: {calmm: 1s}',
    'phases: {storm: 5}',
    'world: {domain: foo.com}',
    'world: {roundTrip: 80ms}',
    'world: {dns: {servfail: 1}}',
    'actors2: {}',
    'target: {tuning: {spf: maybe}}',
    'target: {tuning: {spfRecord: {after: 5, honoured: 40%}}}',
    'target: {address: "127.0.0.1:25", tuning: {workers: 3}}',
    'target: {tuning: {postfix: {master: {a: [1]}}}}',
    'target: {tuning: {greylist: {delay: 5}}}',
    'goal: [5]',
  ])('%s', (line) => {
    const text = `${SMALLEST}${line}\n`;
    expect(mistakesIn(text)).not.toEqual([]);
    expect(accepts(text)).toBe(false);
  });

  test.each([
    '{kind: bot, rate: 5/s, quit: 2}',
    '{kind: harvester, rate: 5/s, recipients: 1}',
    '{kind: legit, rate: 5}',
    '{kind: legit, rate: {shape: x}}',
    '{kind: vacations, rate: 5/s}',
    '{kind: vacation, rate: 5/s, systems: {mailman: 1}}',
    '{kind: list-manager, rate: 5/s, dialects: {qmail: 1}}',
  ])('the actor %s', (actor) => {
    const text = `name: s\nactors: {legit: ${actor}}\n`;
    expect(mistakesIn(text)).not.toEqual([]);
    expect(accepts(text)).toBe(false);
  });
});
