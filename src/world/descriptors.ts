// File descriptors of this process: how many it may have, and whether there are any left.
import { closeSync, openSync } from 'node:fs';

/**
 * The soft limit of open files; undefined where there is none or nobody tells. Node raises its own soft
 * limit to the hard one as it starts, and its children inherit that: what counts is the hard limit
 * (`ulimit -Hn`), and it is each process' own.
 */
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

/** The error code when not one more file can be opened at this moment. */
export function lackOfDescriptors(): string | undefined {
  try {
    closeSync(openSync('/dev/null', 'r'));
    return undefined;
  } catch (error) {
    return isLackOfDescriptors(error) ? (error as NodeJS.ErrnoException).code : undefined;
  }
}

/** Of this process (EMFILE) or of the whole machine (ENFILE). */
export function isLackOfDescriptors(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EMFILE' || code === 'ENFILE';
}
