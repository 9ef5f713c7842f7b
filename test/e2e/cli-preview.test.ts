// `blowback preview` as a user starts it: words on standard output, files, and the mistakes.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Folder } from './cli/program.ts';

const folder = new Folder();

describe('blowback preview', () => {
  it('shows what the senders of a built-in scenario say', async () => {
    const { exit, stdout, stderr } = await folder.run(['preview', 'deluge-2008', 'bouncers']);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^bouncers \(bouncer\), /);
    for (const words of ['── bouncers, qmail', 'C: HELO ', 'C: MAIL FROM:<>', 'failure notice']) {
      expect(stdout).toContain(words);
    }
    expect(stdout).not.toContain('legit');
    expect(readdirSync(folder.path)).not.toContain('reports');
  });

  it('writes messages as files', async () => {
    const dir = join(folder.path, 'samples');
    const set = ['--set', 'actors.bouncers.dialects={qmail: 1}'];
    const args = ['preview', 'deluge-2008', 'bouncers', '--eml', dir, '--count', '2', ...set];
    const { exit, stdout } = await folder.run(args);
    expect(stdout).toBe(`2 messages in ${dir}\n`);
    expect(exit).toBe(0);
    expect(readdirSync(dir)).toEqual(['bouncers-qmail-1.eml', 'bouncers-qmail-2.eml']);
  });

  it.each([
    ['an unknown actor', ['bouncer'], 2, /no actor named "bouncer"; did you mean "bouncers"\?/],
    ['a count that is none', ['--count', '0'], 2, /whole number from 1/],
    ['a folder that cannot be', ['--eml', '/dev/null/x'], 3, /cannot write to \/dev\/null\/x/],
  ])('says what is wrong with %s', async (_, args, code, words) => {
    const { exit, stdout, stderr } = await folder.run(['preview', 'deluge-2008', ...args]);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
    expect(exit).toBe(code);
  });

  it('ends quietly when nobody reads on', async () => {
    const before = ['bash', '-c', 'set -o pipefail; "$0" "$@" | head -1'];
    const { exit, stdout, stderr } = await folder.run(['preview', 'deluge-2008', '--full'], {
      before,
    });
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
  });
});
