// Which variant of a scenario has which trap, as `doctor` says it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWish } from '../../../src/commands/doctor/prospects.ts';

const directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A scenario for Postfix with variants whose trusted networks are these. */
function trapsOf(networks: Readonly<Record<string, string>>): readonly string[] | undefined {
  const variants = Object.entries(networks).map(
    ([name, network]) => `  ${name}: {postfix: {mynetworks: ${network}}}`,
  );
  const file = join(directory, 'trapped.yaml');
  const text = [
    'name: trapped',
    'phases: {warmup: 0s, calm: 1s, storm: 1s, recovery: 1s}',
    'world: {domain: a.test, victim: v@a.test, sources: 10, mailboxes: 5}',
    'actors: {legit: {kind: legit, rate: 1/s}}',
    'target: {kind: postfix}',
    'variants:',
    ...variants,
  ];
  writeFileSync(file, `${text.join('\n')}\n`);
  return readWish(file, 1).traps;
}

describe('the traps of a scenario', () => {
  const TEN = expect.stringMatching(/^b: mynetworks has 10\.0\.0\.0\/8/);

  it('name the variant that has them', () => {
    expect(trapsOf({ a: '127.0.0.0/8', b: '10.0.0.0/8' })).toEqual([TEN]);
  });

  it('name several, or all', () => {
    const two = trapsOf({ a: '10.0.0.0/8', b: '127.0.0.0/8', c: '10.0.0.0/8' });
    expect(two).toEqual([expect.stringMatching(/^a, c: mynetworks/)]);
    const all = trapsOf({ a: '10.0.0.0/8', c: '10.0.0.0/8' });
    expect(all).toEqual([expect.stringMatching(/^all variants: mynetworks/)]);
  });

  it('name none where there is but one', () => {
    expect(trapsOf({ only: '10.0.0.0/8' })).toEqual([expect.stringMatching(/^mynetworks/)]);
  });
});
