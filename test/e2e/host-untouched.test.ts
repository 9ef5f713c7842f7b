// What a run of a copied configuration leaves on this machine: nothing. Its files, network and processes
// are compared before and after, also when the run is killed. Needs root and Postfix.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { readProcesses, treeOf } from '../../src/target/postfix/processes.ts';
import { findProgram } from '../../src/world/programs.ts';
import { reasonToSkip } from './postfix-lab/laboratory-run.ts';
import { hasStockConfiguration, writeStock } from './postfix-lab/stock-configuration.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const skip =
  reasonToSkip() ?? (hasStockConfiguration() ? undefined : 'no Debian package of Postfix');
if (skip !== undefined) console.log(`host-untouched: skipped: ${skip}`);

const directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A file that the configuration's own script writes for each message, in its view of the machine. */
const LEAK = '/var/tmp/blowback-leak';
const FILES = ['/etc/postfix', '/var/spool/postfix', '/var/lib/postfix', '/var/mail'];
const SINGLE = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/aliases', LEAK];
const NETWORK = [['ip', 'addr'], ['ip', 'route'], ['ip', 'netns'], ['iptables-save']];
const DAEMONS = new Set([
  'master',
  'smtpd',
  'qmgr',
  'pickup',
  'cleanup',
  'postlogd',
  'trivial-rewrite',
]);

/** Everything of this machine that a mail server has to do with. */
function machine(): Record<string, unknown> {
  return {
    files: [...FILES.flatMap(everythingIn), ...SINGLE].map(describeFile),
    // Other programs write into their logs meanwhile.
    logs: readdirSync('/var/log', { recursive: true, encoding: 'utf8' }).filter(
      (name) => !name.startsWith('journal'),
    ),
    network: NETWORK.map(([program = '', ...args]) =>
      findProgram(program) ? execFileSync(program, args, { encoding: 'utf8' }) : 'absent',
    ).map((text) =>
      text.replaceAll(/valid_lft \d+sec|preferred_lft \d+sec|^#.*$|\[\d+:\d+\]/gm, ''),
    ),
    mounts: readFileSync('/proc/mounts', 'utf8'),
    daemons: readProcesses()
      .filter(({ name, pid }) => DAEMONS.has(name) && networkOf(pid) === networkOf('self'))
      .map(({ pid }) => pid),
  };
}

function everythingIn(folder: string): string[] {
  if (!existsSync(folder)) return [folder];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return [folder, ...names.map((name) => join(folder, name))];
}

function describeFile(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return `${path}: absent`;
  const { ino, mode, uid, gid, size, mtimeMs, ctimeMs } = stats;
  const content = stats.isFile() ? readFileSync(path) : '';
  const sum = createHash('sha256').update(content).digest('hex');
  return [path, ino, mode, uid, gid, size, mtimeMs, ctimeMs, sum].join(' ');
}

function networkOf(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

/** Every message is copied to a script that writes to the disk, and to the mailbox of root. */
function startRun(name: string, storm: string): { child: ChildProcess; out: string } {
  const config = writeStock(join(directory, name), {
    main: 'always_bcc = leak@localhost\nalias_maps = texthash:/etc/postfix/aliases',
    files: { aliases: `leak "|/bin/cat >> ${LEAK}", root@localhost\n` },
  });
  const scenario = join(directory, `${name}.yaml`);
  writeFileSync(
    scenario,
    `name: ${name}
world: {sources: 50, roundTrip: 0, mailboxes: 20}
phases: {warmup: 0s, calm: 1s, storm: ${storm}, recovery: 0s, drain: 2s}
actors:
  legit: {kind: legit, rate: 5/s, retry: none}
  bouncers: {kind: bouncer, rate: 5/s, retry: none}
target: {kind: postfix, tuning: {config: ./${name}}}
`,
  );
  expect(config).toBe(join(directory, name));
  const out = join(directory, `${name}-out`);
  const child = spawn(process.execPath, [CLI, 'run', scenario, '--out', out], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, out };
}

/** What a run has said so far, on both its outputs. */
function listen({ stdout, stderr }: ChildProcess): () => string {
  let said = '';
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  return () => said;
}

describe.skipIf(skip !== undefined)('this machine, after a run of a copied configuration', () => {
  it('is as it was, though the configuration’s own scripts write to the disk', async () => {
    const before = machine();
    const { child, out } = startRun('whole', '2s');
    const said = listen(child);
    const code = await new Promise((resolve) => child.once('close', resolve));
    // 6: the machine was too busy for the figures to be trusted.
    expect([0, 6], said()).toContain(code);
    const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
    expect(result.variants[0]?.configuration).toContain('always_bcc = leak@localhost');
    expect(result.runs[0]?.ledger.some(({ state }) => state === 'delivered')).toBe(true);
    expect(machine()).toEqual(before);
  }, 60_000);

  it('is as it was, though the run was killed in its middle', async () => {
    const before = machine();
    const { child } = startRun('killed', '60s');
    const said = listen(child);
    for (let tries = 0; tries < 600 && !said().includes(': storm,'); tries += 1) await sleep(50);
    const tree = treeOf(child.pid ?? 0, readProcesses());
    expect(tree.some(({ name }) => name === 'qmgr')).toBe(true);
    child.kill('SIGKILL');
    const pids = tree.map(({ pid }) => pid);
    const living = () => readProcesses().filter(({ pid }) => pids.includes(pid));
    for (let tries = 0; tries < 200 && living().length > 0; tries += 1) await sleep(50);
    expect(living()).toEqual([]);
    expect(machine()).toEqual(before);
  }, 60_000);
});
