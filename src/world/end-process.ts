// Ends a process that we started.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** From SIGTERM to SIGKILL. */
const PATIENCE_MS = 5000;

/** Comes back when it has gone: what does not heed SIGTERM in time is killed. */
export async function endProcess(child: ChildProcess): Promise<void> {
  // No pid: it never started.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = await Promise.race([gone, sleep(PATIENCE_MS, 'late', { ref: false })]);
  if (late !== 'late') return;
  child.kill('SIGKILL');
  await gone;
}
