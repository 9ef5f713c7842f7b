// What the user asked `blowback run` to do, read and checked.
import type { Stored } from '../../calibration/store.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Target } from '../../target/target.ts';
import type { Comparand } from '../../verdict/pairs.ts';
import type { ComparisonOrder } from './programme.ts';
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

/** What is asked beyond playing each variant as often as the scenario says. */
interface Inquiry extends ComparisonOrder {
  /** The command's words, to be shown again. */
  readonly words: readonly string[];
  /** Beyond what the scenario's goal and thresholds name. */
  readonly metrics: readonly Comparand[];
}

export interface Assignment {
  readonly version: string;
  /** Absent for a plain run. */
  readonly inquiry?: Inquiry | undefined;
  readonly scenario: Scenario;
  readonly target: Target;
  readonly options: RunOptions;
  /** The scenario as the user named it. */
  readonly name: string;
  readonly crew: Crew;
  /** What this machine was found to hold with so many workers. */
  readonly stored: Stored;
}
