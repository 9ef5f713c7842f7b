// This machine: what a result says of it. What a run needs of it: limits.ts.
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
import type { Machine } from '../../result/result.ts';

export function describeMachine(): Machine {
  return {
    os: `${osType()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
  };
}

/** CPU time of the whole machine in ticks, as /proc/stat has it; undefined where there is none. */
export interface CpuTicks {
  readonly total: number;
  readonly stolen: number;
}

export function readCpuTicks(): CpuTicks | undefined {
  try {
    const fields = /^cpu +(.*)$/m
      .exec(readFileSync('/proc/stat', 'utf8'))?.[1]
      ?.split(' ')
      .map(Number);
    if (!fields) return undefined;
    // user nice system idle iowait irq softirq steal; guest time is within user (man 5 proc).
    const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
    return { total, stolen: fields[7] ?? 0 };
  } catch {
    return undefined;
  }
}

export function stolenShare(
  before: CpuTicks | undefined,
  after: CpuTicks | undefined,
): number | undefined {
  if (!before || !after || after.total <= before.total) return undefined;
  return (after.stolen - before.stolen) / (after.total - before.total);
}
