// Whether the generator can keep a plan's pace here, as far as it can be told beforehand. Pure.
import type { Calibration } from './calibration.ts';

/** What the generator of this machine holds, and how that is known. */
export interface Limit {
  readonly perSecond: number;
  readonly workers: number;
  /** A stored calibration's date, or `brief` for one made just before the run. */
  readonly measuredAt: string | 'brief';
}

/**
 * `modest` needs no measurement, `within` is up to 80 % of the limit, where sends are on time, `close`
 * up to the limit itself, `beyond` above it.
 */
export type Outlook = 'modest' | 'within' | 'close' | 'beyond';

/**
 * Sessions a second and worker that need no look at the machine. A session takes the generator some
 * 200 µs of a core (measured on a virtual machine of 2 GHz, in 2026); on a core four times as slow, as
 * of the smallest boards, 400 of them take a third of it.
 */
const MODEST_PER_WORKER = 400;

/** As far as send lag is measured; above it queues form in any server, the generator included. */
const COMFORT = 0.8;

export function isModest(perSecond: number, workers: number): boolean {
  return perSecond <= MODEST_PER_WORKER * workers;
}

export function outlookOf(perSecond: number, limit: Pick<Limit, 'perSecond'>): Outlook {
  if (perSecond > limit.perSecond) return 'beyond';
  return perSecond > COMFORT * limit.perSecond ? 'close' : 'within';
}

/**
 * What plans are held against. Of the costlier kind, since nobody knows beforehand how many of a storm's
 * messages a server takes; and never more than its peak, which a moment of luck exceeds.
 */
export function limitOf({
  peak,
  heldPerSecond,
}: Pick<Calibration, 'peak' | 'heldPerSecond'>): number {
  return Math.min(peak.rejected, peak.accepted, heldPerSecond);
}
