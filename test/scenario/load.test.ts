// Finding scenarios: the built-in library, paths, and what extends names.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { builtInNames, builtInScenarios } from '../../src/scenario/library.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { quantileOf } from '../../src/scenario/metrics.ts';
import { SMALLEST } from './read.ts';

function errorOf(nameOrPath: string): UserError {
  try {
    loadScenario(nameOrPath);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${nameOrPath} was loaded`);
}

describe('the library', () => {
  test('has these, by name', () => {
    expect(builtInNames()).toEqual([
      'bots-at-the-door',
      'callout-swarm',
      'catchall-vs-550',
      'deep-accept-queue',
      'deluge-2008',
      'edge-relay',
      'every-sender',
      'fewer-workers',
      'greylist-boomerang',
      'hosted-swallow',
      'real-victim',
      'reject-codes',
      'slow-directory',
      'stress-on-off',
      'two-errors',
    ]);
  });

  test.each(builtInNames())(
    '%s takes less than two minutes and says what surviving means',
    (name) => {
      const { phases, variants, goal } = loadScenario(name);
      const onceMs = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
      // A second or two to start and to stop each of them.
      expect((onceMs + 2000) * variants.length).toBeLessThan(120_000);
      expect(variants.length).toBeGreaterThan(1);
      expect(goal).not.toEqual([]);
    },
  );

  // As a laboratory is sent it by the process that has read it.
  test.each(builtInNames())(
    '%s is plain data, and the same when it has been handed over',
    (name) => {
      const scenario = loadScenario(name);
      expect(deserialize(serialize(scenario))).toStrictEqual(scenario);
    },
  );

  test.each(builtInNames())('%s has real mail enough for each quantile of its goal', (name) => {
    const { phases, actors, goal } = loadScenario(name);
    const real = actors.flatMap((actor) => (actor.kind === 'legit' ? actor.rate : []));
    const perSecond = real.reduce(
      (sum, rate) => sum + ('perSecond' in rate ? rate.perSecond : 0),
      0,
    );
    for (const {
      metric,
      phases: [phase],
    } of goal) {
      const quantile = quantileOf(metric);
      if (quantile === undefined || phase === undefined) continue;
      const messages = (perSecond * phases[`${phase}Ms`]) / 1000;
      expect([metric, messages * (1 - quantile) >= 9.99]).toEqual([metric, true]);
    }
  });

  test.each(builtInScenarios())(
    '$name is right, bears the name of its file, says what it tests',
    (entry) => {
      const scenario = loadScenario(entry.name);
      expect(scenario.name).toBe(entry.name);
      expect(scenario.summary).toBe(entry.summary);
      expect(scenario.predicts).toBeTruthy();
    },
  );
});

describe('a path', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-load-'));
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
    write('mine.yaml', 'extends: deluge-2008\nname: mine\nphases: {storm: 2s}\n');
    write('yours.yaml', 'extends: ./mine.yaml\nname: yours\n');
    write('bare', SMALLEST);
    write('lost.yaml', 'extends: ./gone.yaml\n');
    write('near.yaml', 'extends: deluge-2009\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('may extend a built-in scenario, and a neighbour by a path relative to itself', () => {
    const scenario = loadScenario(join(folder, 'yours.yaml'), { set: ['seed=3'] });
    expect(scenario).toMatchObject({ name: 'yours', seed: 3, compress: 600 });
    expect(scenario.phases.stormMs).toBe(2000);
  });

  test('needs no ending', () => {
    expect(loadScenario(join(folder, 'bare')).name).toBe('small');
  });

  test('to a file whose base is missing points at extends', () => {
    expect(errorOf(join(folder, 'lost.yaml')).message).toBe(
      `${join(folder, 'lost.yaml')}:1:10: there is no file "./gone.yaml"`,
    );
    expect(errorOf(join(folder, 'near.yaml')).message).toContain('did you mean "deluge-2008"?');
  });

  test.each([
    ['delug-2008', 'no scenario and no file is named "delug-2008"; did you mean "deluge-2008"?'],
    ['gone/away.yaml', 'there is no file "gone/away.yaml"'],
    ['../../scenarios', /cannot read|there is no file/],
  ])('%s is the wrong usage', (name, message) => {
    const error = errorOf(name);
    expect(error.exitCode).toBe(2);
    expect(error.hint).toContain('blowback scenarios');
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
  });

  test('to a folder is the wrong usage', () => {
    expect(errorOf(folder).message).toMatch(/^cannot read /);
  });
});
