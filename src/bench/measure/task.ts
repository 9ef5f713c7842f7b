// What play.ts is told, and what it answers.
import { fileURLToPath } from 'node:url';

export interface Task {
  readonly port: number;
  readonly load: Load;
  /** 1 where absent. */
  readonly workers?: number;
  /** True where absent. */
  readonly recording?: boolean;
  /** Reads the resident set each so many sessions; 0, as where absent: never. */
  readonly rssEvery?: number;
}

/**
 * `mail`: legitimate; `attack`: bounces without retries; both as fast as so many at once can. `steady`:
 * so many bounces a second; two seconds more, at first, warm up.
 */
export type Load =
  | {
      readonly kind: 'mail';
      readonly sessions: number;
      readonly atOnce: number;
      readonly messageBytes: number;
    }
  | { readonly kind: 'attack'; readonly sessions: number; readonly atOnce: number }
  | { readonly kind: 'steady'; readonly perSecond: number; readonly seconds: number };

/** Times from the start signal on; null where nothing was recorded. */
export interface Played {
  readonly cpuS: number;
  readonly wallS: number;
  readonly started: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly unsent: number;
  readonly bannerP50Ms: number | null;
  readonly rcptP50Ms: number | null;
  readonly lagP50Ms: number | null;
  readonly lagP99Ms: number | null;
  /** Of the generator's thread: time in which it could have run and others had its core, 0 to 1. */
  readonly runDelayShare: number | null;
  readonly rssBytes: readonly number[];
}

/** The command that plays a task. */
export function playCommand(task: Task): readonly string[] {
  const program = fileURLToPath(new URL('../play.js', import.meta.url));
  return [process.execPath, program, JSON.stringify(task)];
}
