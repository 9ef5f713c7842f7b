// extends: what is inherited, what is replaced, and that mistakes point into the right file.
import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn } from './read.ts';

const BASE = `name: base
summary: below
phases: {storm: 9s}
actors:
  legit: {kind: legit, rate: 5/s}
  bouncers: {kind: bouncer, rate: {shape: ramp, from: 1/s, to: 9/s, over: 1s}}
target: {kind: embedded, tuning: {workers: 5, recipients: {table: ldap, wait: 9ms}}}
variants: {stock: {}, two: {workers: 2, acceptQueue: 9}}
goal: [legit.lost == 0]
`;

function files(contents: Readonly<Record<string, string>>) {
  return {
    findBase: (name: string) => {
      const text = contents[name];
      return text === undefined ? `there is no file "${name}"` : { text, file: name };
    },
  };
}
const over = (text: string) =>
  parseScenario(`extends: base.yaml\n${text}`, 's.yaml', files({ 'base.yaml': BASE }));

test('what is not stated is inherited, maps are merged, lists are replaced', () => {
  const scenario = over('name: mine\nphases: {calm: 3s}\ngoal: []\n');
  expect(scenario).toMatchObject({ name: 'mine', summary: 'below', goal: [] });
  expect(scenario.phases).toMatchObject({ calmMs: 3000, stormMs: 9000 });
});

test('actors and variants are merged by name, and new ones come last', () => {
  const scenario = over(
    'actors: {bouncers: {patience: 1s}, more: {kind: legit, rate: 1/s}}\nvariants: {two: {workers: 3}}',
  );
  expect(scenario.actors.map(({ name }) => name)).toEqual(['legit', 'bouncers', 'more']);
  expect(scenario.actors[1]).toMatchObject({ patienceMs: 1000, rate: { shape: 'ramp', to: 9 } });
  expect(scenario.variants[1]?.changes).toEqual({ workers: 3, acceptQueue: 9 });
});

test.each([
  ['actors: {bouncers: {rate: {to: 20/s}}}', { shape: 'ramp', from: 1, to: 20, overMs: 1000 }],
  ['actors: {bouncers: {rate: {shape: poisson, rate: 2/s}}}', { shape: 'poisson', perSecond: 2 }],
  ['actors: {bouncers: {rate: 2/s}}', { shape: 'constant', perSecond: 2 }],
])('of another shape nothing is left over: %s', (text, rate) => {
  expect(over(text).actors[1]?.rate).toEqual(rate);
});

test('another table leaves nothing of the old one, another kind of target keeps the tuning', () => {
  const { target } = over('target: {kind: postfix, tuning: {recipients: {table: cdb}}}');
  const tuning = { workers: 5, recipients: { table: 'cdb' } };
  expect(target).toEqual({ kind: 'postfix', client: 'address', tuning });
});

test('an address leaves nothing of the kind and the tuning', () => {
  const base = BASE.replace(', two: {workers: 2, acceptQueue: 9}', '');
  const text = 'extends: base.yaml\ntarget: {address: "127.0.0.1:25"}';
  const { target } = parseScenario(text, 's.yaml', files({ 'base.yaml': base }));
  expect(target).toEqual({
    kind: 'external',
    address: { host: '127.0.0.1', port: 25 },
    client: 'address',
    tuning: {},
  });
});

test('a mistake points into the file where the value stands', () => {
  const base = BASE.replace('5/s', '5').replace('workers: 2', 'workers: two');
  const messages = mistakesIn('extends: base.yaml\nseed: x\n', files({ 'base.yaml': base }));
  expect(messages.map((message) => message.split(' ')[0])).toEqual([
    'base.yaml:5:30:',
    'base.yaml:8:38:',
    's.yaml:2:7:',
  ]);
});

test.each([
  ['extends: s.yaml', 's.yaml:1:10: extends runs in a circle: s.yaml extends s.yaml'],
  [
    'extends: b.yaml',
    'b.yaml:1:10: extends runs in a circle: s.yaml extends b.yaml extends s.yaml',
  ],
  ['extends: none.yaml', 's.yaml:1:10: there is no file "none.yaml"'],
  [
    'extends: [a]',
    's.yaml:1:10: extends names no scenario; expected the name of a built-in one, or a path',
  ],
])('%s is a mistake', (text, message) => {
  const contents = { 's.yaml': text, 'b.yaml': 'extends: s.yaml' };
  expect(mistakesIn(text, files(contents))).toEqual([message]);
});
