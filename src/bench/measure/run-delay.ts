// How long the busiest thread of this process stood ready to run while others had its core, as the kernel
// counts it (/proc/<pid>/task/<tid>/schedstat: ns on the core, ns in its queue, turns; Linux only).
import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';

interface Standing {
  readonly ranNs: number;
  readonly waitedNs: number;
}

/** Reads once now; the function reads again: the share of that thread's time since, 0 to 1, or null. */
export function watchRunDelay(): () => number | null {
  const before = standings();
  return () => {
    let busiest: Standing = { ranNs: 0, waitedNs: 0 };
    for (const [task, { ranNs, waitedNs }] of standings()) {
      const then = before.get(task) ?? { ranNs: 0, waitedNs: 0 };
      const since = { ranNs: ranNs - then.ranNs, waitedNs: waitedNs - then.waitedNs };
      if (since.ranNs > busiest.ranNs) busiest = since;
    }
    const { ranNs, waitedNs } = busiest;
    return ranNs > 0 ? waitedNs / (ranNs + waitedNs) : null;
  };
}

function standings(): Map<string, Standing> {
  const found = new Map<string, Standing>();
  try {
    for (const task of readdirSync(TASKS)) {
      const [ranNs, waitedNs] = readFileSync(`${TASKS}/${task}/schedstat`, 'latin1').split(' ');
      found.set(task, { ranNs: Number(ranNs), waitedNs: Number(waitedNs) });
    }
  } catch {
    // Not counted here, or a thread that ended meanwhile: its figures are gone.
  }
  return found;
}
