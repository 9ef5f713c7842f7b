// What `blowback doctor` finds out, before anybody shows it.
import type { Calibration } from '../../calibration/calibration.ts';
import type { Fingerprint } from '../../calibration/fingerprint.ts';
import type { Demand } from '../../plan/demand.ts';
import type { TargetKind } from '../../scenario/scenario.ts';
import type { Crew } from '../run/workers.ts';

/** One fact of this machine. `note`: nothing is wrong, but something is out of reach. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'missing';
  readonly text: string;
  /** The mend, as a command where there is one. */
  readonly hint?: string;
}

export interface Prospect {
  readonly scenario: string;
  readonly target: TargetKind;
  readonly demand: Demand;
  /** Sessions a second that the generator holds, where it has been measured. */
  readonly limit?: number;
  /** `unknown`: it is fast enough to matter, and nobody has calibrated this machine. */
  readonly state: 'plays' | 'close' | 'too-fast' | 'impossible' | 'unknown';
  /** What stands in the way. */
  readonly reason?: string;
  /** What in its target's configuration would spoil a run. */
  readonly traps?: readonly string[];
}

export interface Diagnosis {
  readonly blowback: string;
  readonly machine: Fingerprint;
  readonly crew: Crew;
  readonly checks: readonly Check[];
  readonly calibration?: Calibration;
  /** Why there is none. */
  readonly uncalibrated?: string;
  readonly prospects: readonly Prospect[];
}

/** Something that is needed is missing: `doctor` ends with 3. */
export function isLacking({ checks, prospects }: Diagnosis): boolean {
  return (
    checks.some(({ state }) => state === 'missing') ||
    prospects.some(({ state }) => state === 'impossible' || state === 'too-fast')
  );
}
