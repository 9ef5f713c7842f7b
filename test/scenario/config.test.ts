// `config`: its two forms, the folder that a path starts from, and `--config` beneath all variants.
import { expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { mistakesIn, SMALLEST } from './read.ts';

const BASE =
  'name: base\nactors: {legit: {kind: legit, rate: 5/s}}\ntarget: {kind: postfix, tuning: {config: ../etc}}\n';
const findBase = () => ({ text: BASE, file: 'lib/base.yaml' });

function configs(text: string, options: Parameters<typeof parseScenario>[2] = {}) {
  const { variants } = parseScenario(text, 'mine/storm.yaml', { findBase, ...options });
  return Object.fromEntries(variants.map(({ name, tuning }) => [name, tuning.config]));
}

it('starts a path from the file that it stands in, also in a file that is extended', () => {
  const text = `extends: base
variants: {base: {}, own: {config: ./etc}, ref: {config: {git: main, path: etc/postfix}}}`;
  expect(configs(text)).toEqual({
    base: { path: '../etc', from: 'lib' },
    own: { path: './etc', from: 'mine' },
    ref: { git: 'main', path: 'etc/postfix', from: 'mine' },
  });
});

it('starts a path on the command line from the working directory', () => {
  expect(configs(SMALLEST, { target: 'postfix', config: './etc' })).toEqual({
    stock: { path: './etc', from: '.' },
  });
  const text = 'extends: base\nvariants: {now: {config: a}}';
  expect(configs(text, { set: ['variants.now.config=b'] })).toEqual({
    now: { path: 'b', from: '.' },
  });
});

it('lays --config beneath all variants, which may name another', () => {
  const text = 'extends: base\nvariants: {now: {}, more: {workers: 9}, other: {config: ./other}}';
  expect(configs(text, { config: '/etc/postfix' })).toEqual({
    now: { path: '/etc/postfix', from: '.' },
    more: { path: '/etc/postfix', from: '.' },
    other: { path: './other', from: 'mine' },
  });
});

it.each([
  ['config: 7', 's.yaml:3:27: target.tuning.config is 7; expected the path'],
  ['config: ""', 's.yaml:3:27: target.tuning.config is ""; expected the path'],
  ['config: {git: main}', 's.yaml:3:19: target.tuning.config.path is missing'],
  [
    'config: {git: --upload-pack=x, path: etc}',
    's.yaml:3:33: target.tuning.config.git is "--upload',
  ],
  ['config: {git: main, pth: etc, path: e}', 'unknown key "pth"'],
])('complains of %s', (line, message) => {
  const [found] = mistakesIn(`${SMALLEST}target: {tuning: {${line}}}`);
  expect(found).toContain(message);
});

it('refuses --config for a server elsewhere, naming the flag', () => {
  const [found] = mistakesIn(SMALLEST, { target: '127.0.0.1:2525', config: './etc' });
  expect(found).toMatch(/^--config \.\/etc: .*nobody can tune a server elsewhere/);
});
