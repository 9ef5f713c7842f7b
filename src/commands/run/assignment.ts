// What the user asked `blowback run` to do, read and checked.
import type { Stored } from '../../calibration/store.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Target } from '../../target/target.ts';
import type { Comparand } from '../../verdict/pairs.ts';
import type { ComparisonOrder } from './programme.ts';
import type { Swept } from './sweep.ts';
import type { Crew } from './workers.ts';

/** Of a gate: which configurations stand against each other. */
interface Sides {
  /** A git revision. */
  readonly baselineRef?: string | undefined;
  /** A directory. */
  readonly candidate?: string | undefined;
}

/** Files that a gate writes, and what it makes of doubt. */
export interface GateOrder {
  readonly onInconclusive: 'warn' | 'fail';
  /** A stored result whose facts must not get worse. */
  readonly baseline?: string | undefined;
  readonly junit?: string | undefined;
  readonly markdown?: string | undefined;
  readonly gitlab?: string | undefined;
  readonly tap?: string | undefined;
  readonly github?: boolean | undefined;
}

export interface RunOptions {
  readonly sides?: Sides;
  /** Play the baseline under two names. */
  readonly twice?: true;
  /** One value over a list, as variants. */
  readonly sweep?: string;
  /** Thresholds beyond the scenario's. */
  readonly threshold?: readonly string[];
  readonly target?: string;
  readonly config?: string;
  readonly variant?: readonly string[];
  readonly set: readonly string[];
  readonly out?: string;
  readonly json?: true;
  readonly workers?: number;
}

export interface CapacityOrder {
  /** The actor whose rate is raised; undefined for all attackers together. */
  readonly actor?: string | undefined;
  /** Seconds; no storm is begun that would end later. */
  readonly budgetS?: number | undefined;
}

/** What is asked beyond playing each variant as often as the scenario says. */
export interface Inquiry extends ComparisonOrder {
  /** The command's words, to be shown again. */
  readonly words: readonly string[];
  /** Beyond what the scenario's goal and thresholds name. */
  readonly metrics: readonly Comparand[];
  /** The biggest storm of each variant is looked for, in place of comparing them. */
  readonly capacity?: CapacityOrder;
  /** The baseline stands against itself: what that says is about the machine. */
  readonly self?: true;
  /** The thresholds decide, and CI is told. */
  readonly gate?: GateOrder;
}

export interface Assignment {
  readonly version: string;
  /** Absent for a plain run. */
  readonly inquiry?: Inquiry | undefined;
  readonly scenario: Scenario;
  /** One for each variant, in their order; undefined for a scenario's own variants. */
  readonly sweep?: readonly Swept[] | undefined;
  readonly target: Target;
  readonly options: RunOptions;
  /** The scenario as the user named it. */
  readonly name: string;
  readonly crew: Crew;
  /** What this machine was found to hold with so many workers. */
  readonly stored: Stored;
}
