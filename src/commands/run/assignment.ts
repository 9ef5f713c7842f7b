// What the user asked `blowback run` to do, read and checked.
import type { Stored } from '../../calibration/store.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Target } from '../../target/target.ts';
import type { Crew } from './workers.ts';

export interface RunOptions {
  readonly target?: string;
  readonly config?: string;
  readonly variant?: readonly string[];
  readonly set: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly workers?: number;
}

export interface Assignment {
  readonly version: string;
  readonly scenario: Scenario;
  readonly target: Target;
  readonly options: RunOptions;
  /** The scenario as the user named it. */
  readonly name: string;
  readonly crew: Crew;
  /** What this machine was found to hold with so many workers. */
  readonly stored: Stored;
}
