// The machine's monotonic clock in milliseconds: one time line for all our threads and processes.

/** performance.now() counts from each thread's own start; this shifts it onto CLOCK_MONOTONIC. */
const shiftMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export function nowMs(): number {
  return performance.now() + shiftMs;
}
