// What can be told of a configuration's traps before anything starts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foreseeTraps } from '../../src/target/postfix/source-traps.ts';
import { findProgram } from '../../src/world/programs.ts';

const raw = (main: Readonly<Record<string, string>>) => ({ postfix: { main, master: {} } });

describe('of the minimal configuration', () => {
  it.each([
    ['nothing', {}, 'address', []],
    ['nothing where clients are told', {}, 'xclient', []],
    ['trusted clients', raw({ mynetworks: '10.0.0.0/8' }), 'address', [/mynetworks has 10\.0/]],
    ['a single process', { workers: 1 }, 'address', [/limit of one process/]],
    [
      'an XCLIENT that is refused',
      raw({ smtpd_authorized_xclient_hosts: '127.0.0.1' }),
      'xclient',
      [/refuse XCLIENT/],
    ],
  ] as const)('%s', (_what, tuning, client, words) => {
    const told = foreseeTraps(tuning, client);
    expect(told).toHaveLength(words.length);
    for (const [i, word] of words.entries()) expect(told[i]).toMatch(word);
  });
});

describe.skipIf(findProgram('postconf') === undefined)('of a directory', () => {
  it('what its own settings say, and no more where it cannot be read', () => {
    const from = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    try {
      writeFileSync(join(from, 'main.cf'), 'inner = 10.0.0.0/8\nmynetworks = 127.0.0.0/8 $inner\n');
      writeFileSync(join(from, 'master.cf'), 'smtp inet n - y - - smtpd\n');
      const told = foreseeTraps({ config: { from, path: '.' } }, 'address');
      expect(told).toEqual([expect.stringMatching(/^mynetworks has 10\.0\.0\.0\/8/)]);
      expect(foreseeTraps({ config: { from, path: 'nowhere' } }, 'address')).toEqual([]);
      expect(foreseeTraps({ config: { from, path: '.', git: 'main' } }, 'address')).toEqual([]);
    } finally {
      rmSync(from, { recursive: true });
    }
  });
});
