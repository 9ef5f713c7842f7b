// CPU and memory of the mail server's process tree, read from /proc. Parsers are pure.
import { readdirSync, readFileSync } from 'node:fs';
import { isLackOfDescriptors } from '../../world/descriptors.ts';

/** What Linux counts CPU time in, on every architecture that Node runs on (USER_HZ). */
const TICKS_PER_SECOND = 100;

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** On a CPU, or waiting for one. */
  readonly running: boolean;
  /** CPU seconds of its own. */
  readonly ownS: number;
  /** CPU seconds of the children that it has waited for. */
  readonly reapedS: number;
}

/** A line of /proc/<pid>/stat, proc(5). The name may hold blanks and brackets. */
export function parseStat(text: string): ProcessStat {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  const ticks = (at: number) => Number(fields[at] ?? 0);
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    running: fields[0] === 'R',
    parent: ticks(1),
    ownS: (ticks(11) + ticks(12)) / TICKS_PER_SECOND,
    reapedS: (ticks(13) + ticks(14)) / TICKS_PER_SECOND,
  };
}

/** All processes that this process sees; inside the laboratory these are few. */
export function readProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const text = readIfThere(`/proc/${pid}/stat`);
      return text === undefined ? [] : [parseStat(text)];
    });
}

/** The root and everything below it. */
export function treeOf(root: number, processes: readonly ProcessStat[]): ProcessStat[] {
  const members = new Set([root]);
  // Repeated until nothing is added: a child may be listed before its parent.
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return processes.filter(({ pid }) => members.has(pid));
}

/** Reaped children included: in a storm most processes are gone before they are looked at. */
export function cpuSeconds(tree: readonly ProcessStat[]): number {
  return tree.reduce((sum, { ownS, reapedS }) => sum + ownS + reapedS, 0);
}

/** Proportional set size: a hundred processes of one program share most of their memory. */
export function memoryOf(pid: number): number {
  const rollup = readIfThere(`/proc/${pid}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1] ?? 0) * 1024;
}

/** What a process was started with; it never changes. Empty when it has ended meanwhile. */
export function argumentsOf(pid: number): readonly string[] {
  return (readIfThere(`/proc/${pid}/cmdline`) ?? '').split('\0');
}

/** A process may end between the listing and the look, and then reads ENOENT or ESRCH. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Without a descriptor the look has failed: no figures are better than those of half a tree.
    if (isLackOfDescriptors(error)) throw error;
    return undefined;
  }
}
