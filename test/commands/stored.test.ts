// Stored results held against each other: which go together, and what is said of those that do not.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compareStored } from '../../src/commands/compare/stored.ts';
import type { UserError } from '../../src/errors.ts';
import type { Result } from '../../src/result/result.ts';
import { BEHAVIOURS, sampleResult } from '../report/sample-result.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

let files = 0;
function store(result: Partial<Result> & object, name = `r${files}`): string {
  files += 1;
  mkdirSync(join(folder, name), { recursive: true });
  const path = join(folder, name, 'result.json');
  writeFileSync(path, JSON.stringify(result));
  return path;
}
const [, , , RULE, TABLE] = BEHAVIOURS;
if (!RULE || !TABLE) throw new Error('no behaviours');
const at = (minute: number) => ({ startedAt: `2026-11-23T07:${minute}:00.000Z` });
const both = (minute: number): Result => ({ ...sampleResult([RULE, TABLE]), ...at(minute) });

async function compare(paths: readonly string[], more: object = {}): Promise<Result> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await compareStored(paths, { metric: [], json: true, ...more });
  return JSON.parse(String(log.mock.calls[0]?.[0])) as Result;
}
async function refusal(paths: readonly string[], more: object = {}) {
  const error = await compareStored(paths, { metric: [], ...more }).then(
    () => undefined,
    (thrown: unknown) => thrown as UserError,
  );
  return { message: error?.message, code: error?.exitCode };
}

describe('results that go together', () => {
  it('are repeats where they have the same variants', async () => {
    const { runs, verdicts } = await compare([10, 11, 12].map((minute) => store(both(minute))));
    expect(runs.map(({ variant, repeat }) => `${variant} ${repeat}`)).toEqual([
      'victim-rule 1',
      'cdb-first 1',
      'victim-rule 2',
      'cdb-first 2',
      'victim-rule 3',
      'cdb-first 3',
    ]);
    expect(verdicts[0]).toMatchObject({ variant: 'cdb-first', verdict: 'worse', pairs: 3 });
  });
  it('are sides of their own where they have one variant each', async () => {
    const one = (behaviour: typeof RULE, minute: number) =>
      store({ ...sampleResult([behaviour], 3), ...at(minute) });
    const { verdicts, variants } = await compare([one(TABLE, 20), one(RULE, 21)]);
    expect(variants.map(({ name }) => name)).toEqual(['cdb-first', 'victim-rule']);
    expect(verdicts[0]).toMatchObject({ variant: 'victim-rule', verdict: 'better', pairs: 3 });
  });
  it('of one variant under one name go by their folders', async () => {
    const old = store({ ...sampleResult([RULE], 2), ...at(30) }, 'release-1');
    const now = store({ ...sampleResult([RULE], 2), ...at(31) }, 'release-2');
    const { variants, verdicts } = await compare([old, now]);
    expect(variants.map(({ name }) => name)).toEqual(['release-1', 'release-2']);
    expect(verdicts[0]?.ratio).toBe(1);
  });
  it('are looked at for what is asked besides', async () => {
    const metric = ['legit.latency.p90 in storm'];
    const { verdicts, command } = await compare([store(both(40)), store(both(41))], { metric });
    expect(verdicts.map((record) => record.metric)).toContain('legit.latency.p90');
    expect(command).toMatch(/ --metric 'legit\.latency\.p90 in storm'$/);
  });
});

describe('results that do not go together', () => {
  it.each([
    ['scenario', { scenario: 'other' }, 2],
    ['seed', { seed: 1 }, 2],
    ['load (its plan)', { planDigest: `sha256:${'f'.repeat(64)}` }, 2],
    ['machine', { machine: { ...sampleResult().machine, cpu: 'Another' } }, 6],
  ])('have another %s', async (what, more, code) => {
    const other = store({ ...both(51), ...more });
    const { message, code: given } = await refusal([store(both(50)), other]);
    expect(given).toBe(code);
    expect(message).toContain(`${other} has another ${what}: `);
  });
  it('have other variants', async () => {
    const other = store({ ...sampleResult([RULE, ...BEHAVIOURS.slice(1, 3)]), ...at(53) });
    expect(await refusal([store(both(52)), other])).toMatchObject({
      code: 2,
      message: expect.stringContaining('has other variants: victim-rule, two-errors, two-workers'),
    });
  });
  it('are the same run twice', async () => {
    const path = store(both(54));
    expect((await refusal([path, path])).message).toContain('is the same run as another');
  });
  it.each([
    ['are cut off', '{"format":1,', 'is no whole result'],
    ['are empty', '', 'is no whole result'],
    ['are of a later version', '{"format":9}', 'has format 9, this blowback reads 1'],
  ])('%s', async (_, text, message) => {
    const path = join(folder, `broken-${files}.json`);
    files += 1;
    writeFileSync(path, text);
    expect(await refusal([store(both(55)), path])).toMatchObject({
      code: 2,
      message: expect.stringContaining(message),
    });
  });
  it('hold no run', async () => {
    const path = store({ ...both(56), runs: [] });
    expect(await refusal([store(both(57)), path])).toMatchObject({
      code: 2,
      message: `${path} holds no run: nothing was measured`,
    });
  });
  it('have one variant only', async () => {
    const path = store({ ...sampleResult([RULE]), ...at(58) });
    expect((await refusal([path])).message).toContain('there is only one variant');
  });
  it.each([
    ['legit.lost', 'counts are facts'],
    ['legit.latency.p59', 'unknown metric legit.latency.p59'],
    ['legit.latency.p95 at noon', 'expected a metric'],
  ])('are not asked for %s', async (metric, message) => {
    const { message: said, code } = await refusal([store(both(59))], { metric: [metric] });
    expect(code).toBe(2);
    expect(said).toContain(message);
  });
});
