// A laboratory for a user who is not root: the program is started as nobody, in a private mount table in
// which nobody has been granted a range of ids. Needs root for that, Postfix, and newuidmap.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { lacks } from './cli/needs.ts';

const HERE = fileURLToPath(new URL('../..', import.meta.url));
const NOBODY = 65_534;
const SCENARIO = `name: tiny
phases: {warmup: 500ms, calm: 1s, storm: 2s, recovery: 1s, drain: 2s}
world: {mailboxes: 20, sources: 200, roundTrip: 0}
actors:
  legit: {kind: legit, rate: 5/s}
  bouncers: {kind: bouncer, rate: 30/s}
target: {kind: postfix, tuning: {recipients: {table: cdb}}}
`;
/** $1 the project, $2 a folder of nobody's, $3 the granted ids or empty; then the program's arguments. */
const ENTER = `
set -e
project=$1; folder=$2; ids=$3; shift 3
for file in /etc/subuid /etc/subgid; do mount --bind "$folder/ids$ids" $file; done
mount -t tmpfs none /mnt; mkdir /mnt/project /mnt/folder
mount --bind "$project" /mnt/project; mount --bind "$folder" /mnt/folder
cd /mnt/folder
exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups \\
  env HOME=/mnt/folder TMPDIR=/mnt/folder "$NODE" /mnt/project/dist/cli.js "$@"
`;

const skip =
  lacks('root', 'a laboratory without root: needs root to try it', ['unshare', '-m', 'true']) ||
  lacks('uidmap', 'a laboratory without root: apt-get install uidmap', ['which', 'newuidmap']) ||
  lacks('postfix', 'a laboratory without root: apt-get install postfix postfix-cdb', [
    'which',
    'postconf',
  ]);

describe.skipIf(skip)('a user who is not root', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-test-'));
    writeFileSync(join(folder, 'ids'), 'nobody:100000:65536\n');
    writeFileSync(join(folder, 'ids-none'), '');
    writeFileSync(join(folder, 'tiny.yaml'), SCENARIO);
    spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function asNobody(ids: '' | '-none', ...args: readonly string[]) {
    const command = ['-m', 'sh', '-c', ENTER, 'sh', HERE, folder, ids, ...args];
    const child = spawn('unshare', command, {
      env: { ...process.env, NODE: process.execPath },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    return new Promise<{ code: number | null; said: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, said })),
    );
  }

  it('runs a real Postfix in a laboratory, and owns the results', async () => {
    const { code, said } = await asNobody('', 'run', 'tiny.yaml', '--out', 'out');
    expect(said).toContain('books agree');
    // A machine that is busy with other tests may make the generator late.
    expect([0, 6]).toContain(code);
    const file = join(folder, 'out', 'result.json');
    expect(statSync(file).uid).toBe(NOBODY);
    const { runs } = JSON.parse(readFileSync(file, 'utf8')) as Result;
    const sessions = runs[0]?.books.find(({ what }) => what.startsWith('sessions'));
    expect(sessions?.ours).toBeGreaterThan(30);
    expect(sessions?.theirs).toBe(sessions?.ours);
  });

  it('is told what is missing where no ids were granted', async () => {
    const { code, said } = await asNobody('-none', 'run', 'tiny.yaml');
    expect(code).toBe(3);
    expect(said).toMatch(/subuid grants nobody no range .*\n.*usermod --add-subuids/);
  });
});
