// This machine: what a result says of it, and what a run needs of it.
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, type as osType, release, totalmem } from 'node:os';
import { EXIT, UserError } from '../../errors.ts';
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

/** The soft limit of open files of this process; undefined where it has none or nobody tells. */
export function descriptorLimit(): number | undefined {
  const report = process.report as
    | (NodeJS.ProcessReport & { excludeNetwork?: boolean })
    | undefined;
  if (!report) return undefined;
  // Without this the report would look up the names of all peers.
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as {
    userLimits?: { open_files?: { soft?: number | string } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : undefined;
}

/** Files, pipes and listening sockets that the program itself keeps open, with room to spare. */
const OWN_DESCRIPTORS = 128;

/** @throws UserError (3) when so many sessions at once cannot be opened. */
export function requireDescriptors(sessions: number, limit = descriptorLimit()): void {
  const needed = sessions + OWN_DESCRIPTORS;
  if (limit === undefined || needed <= limit) return;
  throw new UserError(
    `this scenario may hold ${sessions} sessions open at once and needs ${needed} file descriptors; the limit is ${limit}`,
    {
      exitCode: EXIT.environment,
      hint: `Raise it with \`ulimit -n ${needed}\` before the run, or lower the actors' concurrency.`,
    },
  );
}
