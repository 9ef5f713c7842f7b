// What a calibration finds out, and how it is written down: see store.ts.
import { z } from 'zod';

/** Raised when the meaning of a field changes: files of other formats are not used. */
export const CALIBRATION_FORMAT = 2;

/** Sessions that start within so much of their moment (p99) are punctual. */
export const PUNCTUAL_MS = 1;

const lag = z.object({
  /** Of the rate that is held, and what that is. */
  share: z.number().positive(),
  perSecond: z.number().positive(),
  /** How late sessions started. */
  p50Ms: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
});

export const calibrationShape = z.object({
  /** ISO 8601. */
  measuredAt: z.iso.datetime(),
  workers: z.int().positive(),
  /** Of the machine, the minute before; absent in a brief one. */
  loadAverage: z.number().nonnegative().optional(),
  /** Sessions a second with some hundred at once, each of which is followed by the next. */
  peak: z.object({ rejected: z.number().positive(), accepted: z.number().positive() }),
  /**
   * Sessions a second of the costlier kind that an open loop plays when more are due: less than its peak,
   * for it has as many open as its limit allows.
   */
  heldPerSecond: z.number().positive(),
  lags: z.array(lag),
  /** The highest rate tried that was punctual; 0: none of them was. */
  punctualPerSecond: z.number().nonnegative(),
  /** Of this process, for each session that is held open; absent where it could not be measured. */
  bytesPerSession: z.number().positive().optional(),
});

export type Calibration = z.infer<typeof calibrationShape>;
export type Lag = z.infer<typeof lag>;
