// --set, --target and --variant: what they change, and how they say what is wrong with them.
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn } from './read.ts';

const TEXT = `name: s
actors:
  legit: {kind: legit, rate: 5/s}
  bouncers: {kind: bouncer, rate: 9/s}
target: {kind: embedded, tuning: {workers: 5}}
variants:
  stock: {}
  two: {workers: 2}
goal: [legit.lost == 0 for two]
`;
const parse = (...set: string[]) => parseScenario(TEXT, 's.yaml', { set });

describe('--set', () => {
  test('overrides a value at any depth, and makes maps where there are none', () => {
    const scenario = parse(
      'seed=7',
      'actors.bouncers.rate={shape: poisson, rate: 3/s}',
      'world.sources=100',
    );
    expect(scenario.seed).toBe(7);
    expect(scenario.actors[1]?.rate).toEqual({ shape: 'poisson', perSecond: 3 });
    expect(scenario.world.sources).toBe(100);
  });

  test('reaches into a shape that the file states', () => {
    const text = TEXT.replace('9/s', '{shape: ramp, to: 9/s, over: 1s}');
    const { actors } = parseScenario(text, 's.yaml', { set: ['actors.bouncers.rate.to=30/s'] });
    expect(actors[1]?.rate).toEqual({ shape: 'ramp', from: 0, to: 30, overMs: 1000 });
  });

  test('may hold an equals sign in its value, and the later one wins', () => {
    expect(parse('summary=a', 'summary=a = b').summary).toBe('a = b');
  });

  test.each([
    ['seed=abc', 'seed is "abc"; expected a whole number from 0 to 4294967295'],
    ['seed=', 'seed is empty; expected a whole number from 0 to 4294967295'],
    ['seed', 'not an assignment; expected path=value, as in world.sources=100'],
    ['=5', 'not an assignment; expected path=value, as in world.sources=100'],
    ['world..x=5', 'not an assignment; expected path=value, as in world.sources=100'],
    [
      'world.surces=5',
      'unknown key "surces" in world; expected domain, victim, victimExists, mailboxes, sources, roundTrip or dns; did you mean "sources"?',
    ],
    [
      'actors.bouncrs.rate=5/s',
      'no actor is named "bouncrs"; expected legit or bouncers; did you mean "bouncers"?',
    ],
    [
      'variants.tow.workers=5',
      'no variant is named "tow"; expected stock or two; did you mean "two"?',
    ],
  ])('%s is a mistake', (set, message) => {
    expect(mistakesIn(TEXT, { set: [set] })).toEqual([`--set ${set}: ${message}`]);
  });

  test('with a value that is no YAML says so', () => {
    expect(mistakesIn(TEXT, { set: ['goal=[a'] })[0]).toMatch(/^--set goal=\[a: not valid YAML: /);
  });

  test('shows its mistakes together with those of the file', () => {
    const messages = mistakesIn(TEXT.replace('9/s', '9'), { set: ['seed=x', 'repeat=0'] });
    expect(messages.map((message) => message.split(': ')[0])).toEqual([
      '--set seed=x',
      '--set repeat=0',
      's.yaml:4:35',
    ]);
  });
});

describe('--target', () => {
  test('of a kind of our own replaces the kind and keeps the tuning', () => {
    const { target } = parseScenario(TEXT, 's.yaml', { target: 'postfix' });
    expect(target).toEqual({ kind: 'postfix', client: 'address', tuning: { workers: 5 } });
  });

  test('at an address drops the tuning, and refuses every variant that has one', () => {
    expect(mistakesIn(TEXT, { target: '127.0.0.1:25' })).toEqual([
      's.yaml:8:3: variants.two: a variant with a tuning, and nobody can tune the server at an address; expected {}, an embedded or postfix target, or --variant with the others only',
    ]);
  });

  test('at an address takes the variants without a tuning, their gates included', () => {
    const options = { target: '127.0.0.1:25', variants: ['stock'] };
    const scenario = parseScenario(TEXT, 's.yaml', options);
    expect(scenario.target).toEqual({
      kind: 'external',
      address: { host: '127.0.0.1', port: 25 },
      client: 'address',
      tuning: {},
    });
    expect(scenario.variants).toEqual([{ name: 'stock', changes: {}, tuning: {} }]);
  });

  test('at an address keeps what changes the attack', () => {
    const spfRecord = { afterMs: 0, ttlMs: 3_600_000, honoured: 0.4 };
    const text = TEXT.replace('workers: 5', 'workers: 5, spfRecord: {honoured: 40%}');
    const options = {
      target: '127.0.0.1:25',
      set: ['variants={a: {}, b: {spfRecord: off}}', 'goal=[]'],
    };
    const { target, variants } = parseScenario(text, 's.yaml', options);
    expect(target.tuning).toEqual({ spfRecord });
    expect(variants.map(({ tuning }) => tuning)).toEqual([{ spfRecord }, { spfRecord: 'off' }]);
  });

  test('replaces the address that a scenario states', () => {
    const text = 'name: s\nactors: {legit: {kind: legit, rate: 5/s}}\ntarget: {address: "h:25"}';
    expect(parseScenario(text, 's.yaml', { target: 'embedded' }).target).toEqual({
      kind: 'embedded',
      client: 'address',
      tuning: {},
    });
  });

  test('at an address keeps how the clients are told, which --set may have said', () => {
    const options = { set: ['target.client=proxy-v2', 'variants={a: {}}', 'goal=[]'] };
    const { target } = parseScenario(TEXT, 's.yaml', { ...options, target: '[::1]:25' });
    expect(target).toMatchObject({ kind: 'external', client: 'proxy-v2', tuning: {} });
  });

  test.each(['postfx', 'host', 'host:0', ''])('%j is a mistake', (target) => {
    expect(mistakesIn(TEXT, { target })[0]).toMatch(
      /^--target .*: unknown target; expected embedded, postfix or host:port/,
    );
  });
});

describe('--variant', () => {
  test("keeps the scenario's order", () => {
    const { variants } = parseScenario(TEXT, 's.yaml', { variants: ['two', 'stock'] });
    expect(variants.map(({ name }) => name)).toEqual(['stock', 'two']);
  });

  test('of an unknown name is a mistake', () => {
    expect(mistakesIn(TEXT, { variants: ['two', 'stok'] })).toEqual([
      '--variant two,stok: unknown variant "stok"; expected stock or two; did you mean "stock"?',
    ]);
  });
});
