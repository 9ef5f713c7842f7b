// The laboratory's end: signals reach the inner program once and it cleans up; after SIGKILL of the
// outer process nothing is left. Needs root and Postfix.
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProcesses, treeOf } from '../../src/target/postfix/processes.ts';
import { reasonToSkip, startDriver } from './postfix-lab/laboratory-run.ts';

const skip = reasonToSkip();
if (skip !== undefined) console.log(`laboratory-lifecycle: skipped: ${skip}`);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function waitFor(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 500) throw new Error(`never seen: ${what}`);
    await sleep(20);
  }
}

async function hold(name: string) {
  const file = join(directory, name);
  const child = startDriver('hold', file);
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  await waitFor('Postfix up', () => textOf(file) === 'up\n');
  const pids = treeOf(child.pid ?? 0, readProcesses()).map(({ pid }) => pid);
  return { child, exit, file, pids };
}

function networkOf(pid: number | string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

function networksInUse(): Set<string | undefined> {
  return new Set(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(networkOf),
  );
}

function living(pids: readonly number[]): number[] {
  const now = new Set(readProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => now.has(pid));
}

describe.skipIf(skip !== undefined)('the end of a laboratory', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to the outer process reaches the inner one once, and its exit code comes back',
    async (signal) => {
      const { child, exit, file, pids } = await hold(signal);
      child.kill(signal);
      expect(await exit).toBe(42);
      expect(textOf(file)).toBe(`up\ncleaned up after ${signal}\n`);
      await waitFor('all processes gone', () => living(pids).length === 0);
    },
  );

  it('a signal that comes before the inner program listens is not lost', async () => {
    const file = join(directory, 'early');
    const child = startDriver('hold', file);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const tree = () => treeOf(child.pid ?? 0, readProcesses());
    await waitFor('the first process inside', () => tree().some(({ name }) => name === 'sh'));
    child.kill('SIGTERM');
    expect(await exit).toBe(42);
    expect(textOf(file)).toBe('cleaned up after SIGTERM\n');
  });

  it('SIGKILL of the outer process leaves no process, no namespace, no mount and no file', async () => {
    const spoolBefore = readdirSync('/var/spool/postfix');
    const mountsBefore = readFileSync('/proc/mounts', 'utf8');
    const { child, exit, pids } = await hold('kill');
    const network = networkOf(pids.at(-1) ?? 0);
    // Outer, unshare, sh, inner, master and its daemons: a network that is not ours.
    expect(pids.length).toBeGreaterThan(6);
    expect(network).not.toBe(networkOf('self'));
    child.kill('SIGKILL');
    expect(await exit).toBe('SIGKILL');
    await waitFor('all processes gone', () => living(pids).length === 0);
    expect(networksInUse()).not.toContain(network);
    expect(readFileSync('/proc/mounts', 'utf8')).toBe(mountsBefore);
    expect(readdirSync('/var/spool/postfix')).toEqual(spoolBefore);
  });
});
