// What a run shows while it goes on; live-view.ts draws it in a terminal, plain-view.ts writes lines.
import type { Phase } from '../../scenario/scenario.ts';

export interface View {
  /** A variant is about to be played. */
  begin(run: RunLabel): void;
  /** About four times a second. */
  update(moment: Moment): void;
  /** One line that stays: a finished run, a warning. */
  note(text: string): void;
  close(): void;
}

export interface RunLabel {
  readonly variant: string;
  readonly repeat: number;
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

/** Where the whole work stands. All durations in seconds. */
export interface Moment {
  readonly step: 'starting' | Phase | 'draining' | 'stopping' | 'writing';
  /** Of this run's schedule. */
  readonly elapsed: number;
  readonly sinceStart: number;
  readonly remaining: Remaining;
  readonly started: number;
  readonly perSecond: number;
  readonly duePerSecond: number;
  readonly lagMs: number;
  readonly inFlight: number;
  /** Sessions that failed on this machine, in words; undefined for none. */
  readonly faults: string | undefined;
  readonly legit: {
    readonly due: number;
    readonly delivered: number;
    readonly slowestS: number | undefined;
  };
  readonly target: {
    readonly cpu: number | undefined;
    readonly memoryBytes: number | undefined;
    readonly queue: number | undefined;
  };
  readonly disk: {
    readonly usedBytes: number;
    readonly expectedBytes: number;
    readonly freeBytes: number;
  };
}

/** `atLeast`: the overheads of a run (start, drain, stop) are not known before the first has ended. */
export interface Remaining {
  readonly seconds: number;
  readonly atLeast: boolean;
}

/**
 * Scheduled seconds plus the median of what runs really took beyond their schedule. A run that was cut
 * short (its target died) says nothing of the others: never less than the schedule.
 */
export function remainingTime(
  scheduleS: number,
  runs: number,
  overheadsS: readonly number[],
  runNumber: number,
  elapsedS: number,
): Remaining {
  const left = Math.max(0, scheduleS - elapsedS) + scheduleS * (runs - runNumber);
  const sorted = [...overheadsS].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const toCome = runs - runNumber + (elapsedS < scheduleS ? 1 : 0);
  return { seconds: left + Math.max(0, median ?? 0) * toCome, atLeast: median === undefined };
}

export function showRemaining({ seconds, atLeast }: Remaining): string {
  return `${atLeast ? 'at least' : 'about'} ${showDuration(seconds)} left`;
}

export function showDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} m ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}
