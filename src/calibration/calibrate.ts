// Measures what this machine's generator can do, step by step: some 15 seconds, or with calibrateBriefly
// some 2. The shapes take turns, so that a noisy moment hits both.
import { loadavg } from 'node:os';
import { type Calibration, type Lag, PUNCTUAL_MS } from './calibration.ts';
import { limitOf } from './forecast.ts';
import {
  type Bench,
  measureHeld,
  measureHeldRate,
  measureLag,
  measurePeak,
  type Windows,
} from './probe.ts';
import type { Pace, Shape } from './shapes.ts';
import { startBareServer } from './start-bare-server.ts';

export interface Task {
  readonly workers: number;
  /** Sessions that may be held open at once; see `HELD`. */
  readonly held: number;
  /** Ends it at once: what was begun is taken back, and the promise is rejected. */
  readonly signal: AbortSignal;
  onStep(step: Step): void;
}

export interface Step {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  readonly what: string;
}

/** Enough for a slope, few enough for any usual limit of descriptors. */
export const HELD = 3000;

const PEAK: Windows = { warmMs: 400, windowMs: 300, windows: 3 };
const ROUNDS: readonly Shape[] = ['rejected', 'accepted', 'rejected', 'accepted'];
const LAG = { warmMs: 500, measuredMs: 1300 } as const;
/** Of the peak: more than can be played. */
export const OVERLOAD = 1.3;
const OVERLOADED = { warmMs: 500, measuredMs: 1000 } as const;
const OVERLOADED_BRIEFLY = { warmMs: 300, measuredMs: 500 } as const;
// A first load runs cold for most of a second: what it reaches last is nearest to what it can.
const BRIEF: Windows = { warmMs: 800, windowMs: 200, windows: 3 };
const STEPS = ROUNDS.length + 5;

export async function calibrate(task: Task): Promise<Calibration> {
  const [loadAverage = 0] = loadavg();
  return withBench(task, async (bench) => {
    let number = 0;
    const step = (what: string): void => {
      number += 1;
      task.onStep({ number, of: STEPS, what });
    };
    const peak = await peaks(bench, step);
    step('rate held when more is asked');
    const heldPerSecond = await heldRate(bench, peak, OVERLOADED);
    const lags = await lagsUpTo(bench, { peak, heldPerSecond }, step);
    step(`memory of ${task.held} sessions held open`);
    const bytesPerSession = await measureHeld(bench, task.held);
    return {
      measuredAt: new Date().toISOString(),
      workers: task.workers,
      loadAverage,
      peak,
      heldPerSecond,
      lags,
      punctualPerSecond: punctual(lags),
      ...(bytesPerSession === undefined ? {} : { bytesPerSession }),
    };
  });
}

/** The costlier shape alone, and no lags: a first guess, for a run whose plan needs one. */
export async function calibrateBriefly(
  task: Pick<Task, 'workers' | 'signal'>,
): Promise<Calibration> {
  return withBench(task, async (bench) => {
    const accepted = Math.round(Math.max(...(await measurePeak(bench, 'accepted', BRIEF))));
    const peak = { rejected: accepted, accepted };
    return {
      measuredAt: new Date().toISOString(),
      workers: task.workers,
      peak,
      heldPerSecond: await heldRate(bench, peak, OVERLOADED_BRIEFLY),
      lags: [],
      punctualPerSecond: 0,
    };
  });
}

async function withBench<T>(
  { workers, signal }: Pick<Task, 'workers' | 'signal'>,
  measure: (bench: Bench) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // One of them answers at least twice as fast as a worker asks.
  const server = await startBareServer(Math.ceil(workers / 2));
  try {
    return await measure({ server, workers, signal });
  } finally {
    server.stop();
  }
}

async function peaks(bench: Bench, step: (what: string) => void): Promise<Calibration['peak']> {
  const seen: Record<Shape, number[]> = { rejected: [], accepted: [] };
  for (const shape of ROUNDS) {
    step(`peak rate, ${SHAPE_WORDS[shape]}`);
    seen[shape].push(...(await measurePeak(bench, shape, PEAK)));
  }
  return {
    rejected: Math.round(median(seen.rejected)),
    accepted: Math.round(median(seen.accepted)),
  };
}

const SHAPE_WORDS = {
  rejected: 'sessions rejected at RCPT',
  accepted: 'messages of 4 KB accepted',
} as const satisfies Record<Shape, string>;

/** Under the peak of the costlier shape and a good deal more. */
async function heldRate(
  bench: Bench,
  peak: Calibration['peak'],
  times: Omit<Pace, 'perSecond'>,
): Promise<number> {
  const shape = costlier(peak);
  const perSecond = peak[shape] * OVERLOAD;
  return Math.max(1, Math.round(await measureHeldRate(bench, shape, { ...times, perSecond })));
}

function costlier({ rejected, accepted }: Calibration['peak']): Shape {
  return accepted <= rejected ? 'accepted' : 'rejected';
}

/** At 50 and 80 % of what is held, and once where these leave open how far it keeps its time. */
async function lagsUpTo(
  bench: Bench,
  rates: Pick<Calibration, 'peak' | 'heldPerSecond'>,
  step: (what: string) => void,
): Promise<Lag[]> {
  const limit = limitOf(rates);
  const shape = costlier(rates.peak);
  const lags: Lag[] = [];
  const measure = async (share: number): Promise<void> => {
    step(`send lag at ${Math.round(share * 100)} % of that`);
    const perSecond = Math.max(1, Math.round(limit * share));
    lags.push({ share, perSecond, ...(await measureLag(bench, shape, { ...LAG, perSecond })) });
  };
  await measure(0.5);
  await measure(0.8);
  await measure(thirdShare(lags));
  return lags.sort((a, b) => a.share - b.share);
}

/** Beyond what was punctual, or between, or below what was not. */
export function thirdShare(lags: readonly Lag[]): number {
  const onTime = lags.filter(isPunctual).length;
  return [0.25, 0.65, 0.9][onTime] ?? 0.9;
}

/** Up to the first rate at which it was late: a quiet moment at a higher one proves nothing. */
export function punctual(lags: readonly Lag[]): number {
  const late = lags.findIndex((lag) => !isPunctual(lag));
  return (late < 0 ? lags.at(-1) : lags[late - 1])?.perSecond ?? 0;
}

function isPunctual({ p99Ms }: Lag): boolean {
  return p99Ms < PUNCTUAL_MS;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
