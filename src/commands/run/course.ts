// What one run of one variant is given, and what is known of it while it goes on.
import type { Material } from '../../actors/actor.ts';
import type { LoadEnd } from '../../engine/engine.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Network } from '../../plan/source-address.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Run } from '../../result/result.ts';
import type { Beyond } from '../../result/trust.ts';
import type { Scenario, Variant } from '../../scenario/scenario.ts';
import type { RunningTarget, Target } from '../../target/target.ts';
import type { QuestionCounts } from '../../world/names/counts.ts';
import type { Names } from '../../world/names/server.ts';
import type { Interrupt } from './interrupt.ts';
import type { CpuTicks } from './machine.ts';
import type { Moment } from './view.ts';

export interface Play {
  readonly scenario: Scenario;
  readonly plan: Plan;
  /** May still be made while the first target starts. */
  readonly materials: Promise<readonly Material[]>;
  readonly target: Target;
  readonly network: Network;
  readonly workers: number;
  /** In the laboratory, before its target starts. */
  readonly names: Promise<Pick<Names, 'counts'> | undefined>;
  /** Where the plan exceeds what this machine was measured to hold. */
  readonly beyond?: Beyond | undefined;
  readonly variant: Variant;
  readonly repeat: number;
  readonly interrupt: Interrupt;
  /** Before the load begins: what in the target's configuration would spoil the run. */
  onTraps(sentences: readonly string[]): void;
  onMoment(moment: PlayMoment): void;
  /** The run so far: once a second, less often when making it takes long. */
  onPartial(run: Run): void;
}

export type PlayMoment = Pick<Moment, 'step' | 'elapsed'> & { readonly recorder: Recorder };

export interface Played {
  readonly run: Run;
  readonly version: string;
  readonly address: string;
  readonly configuration: readonly string[];
  readonly end: LoadEnd;
}

export interface Course {
  readonly play: Play;
  readonly recorder: Recorder;
  readonly running: RunningTarget;
  /** What the name server had been asked when the target was up. */
  readonly names: Pick<Names, 'counts'> | undefined;
  readonly askedBefore: QuestionCounts | undefined;
  died: string | undefined;
  /**
   * The result could not be written in mid-run: the disk is full, its folder gone. A lack of descriptors
   * passes with the sessions that hold them, and is no reason to end the run.
   */
  unwritable: { readonly cause: unknown } | undefined;
  /** At the run's start. */
  usage: Usage | undefined;
}

interface Usage {
  readonly atMs: number;
  readonly cpu: NodeJS.CpuUsage;
  readonly ticks: CpuTicks | undefined;
}

export interface Measured {
  readonly generatorCores: number;
  readonly steal: number | undefined;
}
