// One value of a scenario over a list: which variants and scenarios that makes, and what is no sweep.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSweep } from '../../../src/commands/run/sweep.ts';

let path = '';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  path = join(folder, 's.yaml');
  writeFileSync(
    path,
    `
name: s
predicts: a is better
expects: [legit.lost == 0 for a]
actors: {legit: {kind: legit, rate: 5/s}, bots: {kind: bot, rate: 5/s}}
variants: {a: {workers: 3}, b: {}}
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a sweep', () => {
  it('of a setting has a variant for each value', () => {
    const { scenario, swept } = readSweep(path, 'target.tuning.workers=2, 20,100', {});
    expect(scenario.variants.map(({ name, tuning }) => [name, tuning.workers])).toEqual([
      ['workers-2', 2],
      ['workers-20', 20],
      ['workers-100', 100],
    ]);
    expect(swept.map(({ words }) => words)).toEqual([
      'target.tuning.workers: 2',
      'target.tuning.workers: 20',
      'target.tuning.workers: 100',
    ]);
    expect(scenario).not.toHaveProperty('predicts');
    expect(scenario.expects).toEqual([]);
  });
  it('of the load has a scenario for each value', () => {
    const { scenario, swept } = readSweep(path, 'actors.bots.rate=5/s,50/s', {});
    expect(scenario.variants.map(({ name }) => name)).toEqual(['rate-5-s', 'rate-50-s']);
    expect(swept.map((one) => one.scenario.actors[1]?.rate)).toEqual([
      { shape: 'constant', perSecond: 5 },
      { shape: 'constant', perSecond: 50 },
    ]);
  });
  it('takes maps, whose commas are their own', () => {
    const values = '{median: 20ms, p99: 40ms},{median: 80ms, p99: 400ms}';
    const { swept } = readSweep(path, `world.roundTrip=${values}`, {});
    expect(swept.map((one) => one.scenario.world.roundTrip?.medianMs)).toEqual([20, 80]);
  });
  it.each([
    ['workers', 'not a path with a list of values'],
    ['target.tuning.workers=', 'not a path with a list of values'],
    ['target.tuning.workers=2', 'a single value is nothing to sweep'],
    ['target.tuning.workers=2,2', 'two of its values are the same'],
    ['variants.a.workers=2,3', 'variants.a.workers is no value to try'],
    ['target.tuning.workers=2,0', 'target.tuning.workers is 0'],
    ['target.tuning.wokers=2,3', 'unknown key "wokers"'],
  ])('%s is a mistake: %s', (text, message) => {
    expect(() => readSweep(path, text, {})).toThrow(message);
  });
});
