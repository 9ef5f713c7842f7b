// What is wrong with a scenario, where, what was found, what was expected: exact messages.
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn, SMALLEST } from './read.ts';

const DURATION = 'expected a duration such as 500us, 30ms, 5s, 5m, 2h or 3d';

/** A line that follows the smallest scenario, and stands in its line 3. */
const LINES: readonly (readonly [string, ...string[]])[] = [
  ['seed: abc', '3:7: seed is "abc"; expected a whole number from 0 to 4294967295'],
  ['seed: 1.5', '3:7: seed is 1.5; expected a whole number from 0 to 4294967295'],
  ['seed:', '3:6: seed is empty; expected a whole number from 0 to 4294967295'],
  ['repeat: 0', '3:9: repeat is 0; expected a whole number from 1 to 1000'],
  ['clock: {compress: 0}', '3:19: clock.compress is 0; expected a number from 1 to 1000000'],
  ['clock: 60', '3:8: clock is 60; expected a map'],
  [
    'phases: {calmm: 4s}',
    '3:10: unknown key "calmm" in phases; expected warmup, calm, storm, recovery or drain; did you mean "calm"?',
  ],
  ['phases: {storm: 5}', `3:17: phases.storm is 5; ${DURATION}; did you mean "5s"?`],
  ['phases: {storm: 5 s}', `3:17: phases.storm is "5 s"; ${DURATION}; did you mean "5s"?`],
  ['phases: {storm: 5/s}', `3:17: phases.storm is "5/s"; ${DURATION}`],
  [
    'phases: {calm: 0s, storm: 0s, recovery: 0s}',
    '3:1: phases: calm, storm and recovery all take 0s, so nothing is measured; expected one of them to last',
  ],
  [
    'world: {domain: foo.com}',
    '3:17: world.domain is "foo.com"; expected a domain in small letters under .test, .invalid or .example',
  ],
  [
    'world: {victim: a@other.test}',
    "3:17: world.victim: a@other.test is not in the world's domain; expected an address at xman.test",
  ],
  // The check across two keys does not wait for a third to be right.
  [
    'world: {victim: a@other.test, sources: 0}',
    "3:17: world.victim: a@other.test is not in the world's domain; expected an address at xman.test",
    '3:40: world.sources is 0; expected a whole number from 1 to 130000',
  ],
  [
    'world: {sources: 130001}',
    '3:18: world.sources is 130001; expected a whole number from 1 to 130000',
  ],
  ['world: {victimExists: 1}', '3:23: world.victimExists is 1; expected true or false'],
  [
    'world: {victimExists: On}',
    '3:23: world.victimExists is "On"; expected true or false; did you mean "on"?',
  ],
  [
    'target: {tuning: {spf: yes}}',
    '3:24: target.tuning.spf is "yes"; expected off or on; did you mean "on"?',
  ],
  [
    'target: {tuning: {stress: false}}',
    '3:27: target.tuning.stress is false; expected auto, on or off; did you mean "off"?',
  ],
  [
    'world: {roundTrip: 80ms}',
    '3:20: world.roundTrip is "80ms"; expected 0 (off) or a map such as {median: 80ms, p99: 400ms}',
  ],
  [
    'world: {roundTrip: {median: 80ms, p99: 8ms}}',
    '3:40: world.roundTrip.p99: the 99th percentile is below the median; expected at least the median',
  ],
  [
    'world: {dns: {dealy: 20ms}}',
    '3:15: unknown key "dealy" in world.dns; expected delay, servfail, silence or dnsbl; did you mean "delay"?',
  ],
  [
    'world: {dns: {servfail: 60%, silence: 50%}}',
    '3:39: world.dns.silence: servfail and silence are more than all names together; expected at most 100%',
  ],
  [
    'target: {kind: embeded}',
    '3:16: target.kind is "embeded"; expected embedded or postfix; did you mean "embedded"?',
  ],
  [
    'target: {address: here}',
    '3:19: target.address is "here"; expected an address such as 127.0.0.1:2525',
  ],
  [
    'target: {address: "h:70000"}',
    '3:19: target.address is "h:70000"; expected an address such as 127.0.0.1:2525',
  ],
  [
    'target: {address: "127.0.0.1:25", kind: postfix}',
    '3:41: target.kind: a target with an address has no kind; expected kind or address, not both',
  ],
  [
    'target: {address: "127.0.0.1:25", tuning: {workers: 3}}',
    '3:35: target.tuning: nobody can tune a server elsewhere; expected an address without tuning',
  ],
  [
    'target: {address: "127.0.0.1:25", tuning: {spfRecord: on}}',
    '3:55: target.tuning.spfRecord is "on"; expected off or a map such as {honoured: 40%}',
  ],
  [
    'variants: {a: {spfRecord: {at: 2s}}}',
    '3:16: variants.a.spfRecord.honoured is missing; expected a share such as 60% (0% to 100%)',
    '3:28: unknown key "at" in variants.a.spfRecord; expected after, ttl or honoured',
  ],
  [
    'variants: {a: {edge: {spfRecord: {honoured: 40%}}}}',
    '3:23: unknown key "spfRecord" in variants.a.edge; expected workers, acceptQueue, errorLimit, victimRule, senderRule, recipients, checkOrder, greylist, contentFilter, botFilter, clientLimits, reverseLookup, spf, tls, stress, postfix, verify, link or roundTrip',
  ],
  [
    'target: {client: proxy}',
    '3:18: target.client is "proxy"; expected address, xclient, proxy-v1 or proxy-v2',
  ],
  [
    'target: {kind: postfix, client: xclient, tuning: {botFilter: on}}',
    '3:33: target.client: xclient, and a bot filter judges clients before they could say who they are; expected address, proxy-v1 or proxy-v2, or botFilter: off',
  ],
  ['variants: {}', '3:1: variants: empty; expected at least one variant'],
  [
    'variants: {Two Workers: {}}',
    "3:12: variants.Two Workers: no name for a scenario's variant; expected small letters, digits and hyphens, at most 64",
  ],
  ['goal: legit.lost == 0', '3:7: goal is "legit.lost == 0"; expected a list'],
  [
    'thresholdz: []',
    '3:1: unknown key "thresholdz" in the scenario; expected extends, name, summary, predicts, expects, seed, clock, phases, world, actors, target, variants, goal, thresholds or repeat; did you mean "thresholds"?',
  ],
  ['name: again', '3:1: the key "name" stands here for a second time; expected each key once'],
  ['? [a]\n: b', '3:3: this cannot be a key; expected a word'],
  ['__proto__: {a: 1}', '3:1: this cannot be a key; expected a word'],
];

describe('a wrong line', () => {
  test.each(LINES)('%s', (line, ...messages) => {
    expect(mistakesIn(`${SMALLEST}${line}\n`)).toEqual(messages.map((text) => `s.yaml:${text}`));
  });
});

describe('a whole file', () => {
  test('with a key that stands twice has its other mistakes told, too', () => {
    const text = 'name: x\nname: y\nseed: many\nactors: {legit: {kind: legit, rate: 5/s}}\n';
    expect(mistakesIn(text)).toEqual([
      expect.stringContaining(':2:1: the key "name" stands here for a second time'),
      expect.stringContaining(':3:7: seed'),
    ]);
  });

  test.each([
    ['', 's.yaml:1:1: this is no scenario; expected a map with name and actors'],
    ['- a\n', 's.yaml:1:1: this is no scenario; expected a map with name and actors'],
    ['name: [\n', /^s\.yaml:2:1: not valid YAML: /],
    ['name: a\n  b: c\n', /^s\.yaml:\d+:\d+: not valid YAML: /],
    ['a: 1\n---\nb: 2\n', /^s\.yaml:2:1: not valid YAML: /],
    ['a: *nothing\n', 's.yaml:1:4: no anchor &nothing stands before this alias'],
    ['['.repeat(20_000), /^s\.yaml:1:\d+: (the file is nested too deeply|not valid YAML)/],
  ])('%j', (text, message) => {
    const [first] = mistakesIn(text);
    if (typeof message === 'string') expect(first).toBe(message);
    else expect(first).toMatch(message);
  });

  test('without actors says so, and what is needed', () => {
    expect(mistakesIn('name: a\n')).toEqual(['s.yaml:1:1: actors is missing; expected a map']);
  });

  test('without legitimate mail is refused, since nothing would be measured', () => {
    expect(mistakesIn('name: a\nactors: {b: {kind: bouncer, rate: 1/s}}\n')).toEqual([
      's.yaml:2:1: actors: no actor is of kind legit, so nothing would be measured; expected one such as legit: {kind: legit, rate: 5/s}',
    ]);
  });

  test('shows all its mistakes at once, from top to bottom', () => {
    const text =
      'repeat: 0\nname: A\nphases: {storm: 1, calm: 2}\nactors: {legit: {kind: legit}}\n';
    const places = mistakesIn(text).map((message) => message.split(':').slice(1, 3).join(':'));
    expect(places).toEqual(['1:9', '2:7', '3:17', '3:26', '4:10']);
  });

  test('cannot bring control characters to the terminal', () => {
    expect(mistakesIn(`${SMALLEST}seed: "\\e[31m"\n`).join('')).not.toContain('\x1b');
  });

  test('with aliases that multiply ends in a mistake, not in memory', () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const inner = i === 0 ? 'x' : `*a${i - 1}`;
      return `a${i}: &a${i} [${Array(9).fill(inner).join(', ')}]`;
    });
    const messages = mistakesIn(`${levels.join('\n')}\n`);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('nested too deeply, or too many aliases');
  });

  test('with an alias inside its own anchor ends in a mistake', () => {
    expect(mistakesIn('a: &a [*a]\n').join()).toMatch(/too deeply|not valid YAML/);
  });

  test('may use aliases and merge keys', () => {
    const text = `name: s
actors:
  legit: &l {kind: legit, rate: 5/s}
  more: {<<: *l, rate: 7/s}
`;
    const [, more] = parseScenario(text, 's.yaml').actors;
    expect(more).toMatchObject({ name: 'more', kind: 'legit', rate: { perSecond: 7 } });
  });
});
