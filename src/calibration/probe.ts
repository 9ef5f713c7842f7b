// Single measurements of this machine's generator against the bare server: as much as it can (closed
// loop), so much a second (open loop), so many held open.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Material } from '../actors/actor.ts';
import { nowMs } from '../clock.ts';
import { type Load, type RunningLoad, startLoad } from '../engine/engine.ts';
import { COLUMN, type OutcomeBatch, STRIDE } from '../engine/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import { MEASURES } from '../record/histograms.ts';
import { Recorder } from '../record/recorder.ts';
import { PHASES } from '../scenario/scenario.ts';
import { END_STATES } from '../smtp/stage.ts';
import type { Mode } from './bare-dialogue.ts';
import { prepareAll } from './load-plan.ts';
import { held, type Pace, paced, type Shape, saturating } from './shapes.ts';
import type { BareServer } from './start-bare-server.ts';

/** Where a measurement takes place. Its signal ends every load at once. */
export interface Bench {
  readonly server: BareServer;
  readonly workers: number;
  readonly signal: AbortSignal;
}

const UNSENT = END_STATES.indexOf('unsent');
/** Sessions in flight that keep a worker busy without pause; more would only wait. */
const BUSY_AT_ONCE = 100;

export interface Windows {
  /** A worker's first sessions run in code that is not compiled yet. */
  readonly warmMs: number;
  readonly windowMs: number;
  readonly windows: number;
}

/** Sessions a second that came to their end, window by window. */
export async function measurePeak(bench: Bench, shape: Shape, times: Windows): Promise<number[]> {
  const { warmMs, windowMs, windows } = times;
  const ended = new Array<number>(windows).fill(0);
  const plan = saturating(shape, BUSY_AT_ONCE * bench.workers);
  const load = await begin(bench, plan, MODE[shape], 'wait', (atMs) => {
    const window = Math.floor((atMs - warmMs) / windowMs);
    if (window in ended) ended[window] = (ended[window] ?? 0) + 1;
  });
  await load.started;
  await pause(warmMs + windowMs * windows, bench.signal);
  load.running.stop();
  await load.end();
  return ended.map((count) => (count * 1000) / windowMs);
}

/** Sessions a second that are played when more than that are due, whatever became of those before. */
export async function measureHeldRate(bench: Bench, shape: Shape, pace: Pace): Promise<number> {
  let ended = 0;
  const endMs = pace.warmMs + pace.measuredMs;
  const load = await begin(bench, paced(shape, pace), MODE[shape], 'unsent', (atMs) => {
    if (atMs >= pace.warmMs && atMs < endMs) ended += 1;
  });
  await load.end();
  return (ended * 1000) / pace.measuredMs;
}

export interface Punctuality {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** How late sessions start at such a rate. */
export async function measureLag(bench: Bench, shape: Shape, pace: Pace): Promise<Punctuality> {
  const plan = paced(shape, pace);
  const load = await begin(bench, plan, MODE[shape], 'unsent');
  const recorder = await load.end();
  const actors = plan.actors.map(({ index }) => index);
  const lag = recorder.histograms.sum(
    actors,
    [PHASES.indexOf('recovery')],
    MEASURES.indexOf('lag'),
  );
  const at = (percent: number): number =>
    (lag?.getValueAtPercentile(percent) ?? Number.POSITIVE_INFINITY) / 1000;
  const punctuality = { p50Ms: at(50), p99Ms: at(99) };
  lag?.destroy();
  return punctuality;
}

/**
 * Bytes of memory for each session held open: the growth from a third of them to all, so that what the
 * first ones take with them (code, tables) is left out. Undefined where they could not all be held.
 */
export async function measureHeld(bench: Bench, sessions: number): Promise<number | undefined> {
  const few = Math.floor(sessions / 3);
  const load = await begin(bench, held(few, sessions), 'hold', 'wait');
  try {
    await load.started;
    const first = await memoryAt(load.recorder, few, bench.signal);
    const all = await memoryAt(load.recorder, sessions, bench.signal);
    if (first === undefined || all === undefined || all <= first) return undefined;
    return (all - first) / (sessions - few);
  } finally {
    await load.running.abort();
  }
}

const HOLD_LIMIT_MS = 3000;
const SETTLE_MS = 300;

async function memoryAt(
  recorder: Recorder,
  sessions: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const until = nowMs() + HOLD_LIMIT_MS;
  while (recorder.inFlight < sessions && nowMs() < until) await pause(50, signal);
  if (recorder.inFlight < sessions) return undefined;
  // As far as the server lets them.
  await pause(SETTLE_MS, signal);
  return process.memoryUsage.rss();
}

const MODE = { rejected: 'reject', accepted: 'accept' } as const satisfies Record<Shape, Mode>;

interface Begun {
  readonly running: RunningLoad;
  readonly recorder: Recorder;
  readonly started: Promise<void>;
  /** Waits for the load. @throws the signal's reason when it was aborted */
  end(): Promise<Recorder>;
}

/** Recorded as a run is: what recording takes from the generator belongs to the measurement. */
async function begin(
  { server, workers, signal }: Bench,
  plan: Plan,
  mode: Mode,
  overflow: Load['overflow'],
  onSession: (endedMs: number) => void = () => undefined,
): Promise<Begun> {
  const materials: Material[] = await prepareAll(plan);
  signal.throwIfAborted();
  const recorder = new Recorder(plan, false);
  let start: () => void;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const target = { host: server.host, port: server.ports[mode] };
  const network = process.platform === 'linux' ? 'loopback' : 'single';
  const running = startLoad(
    { plan, materials, target, network, workers, overflow },
    {
      onStart: (startMs) => {
        recorder.begin(startMs);
        start();
      },
      onOutcomes: (batch) => {
        recorder.outcomes(batch);
        eachPlayed(batch, onSession);
      },
      onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
    },
  );
  const abort = (): void => void running.abort();
  signal.addEventListener('abort', abort, { once: true });
  const end = async (): Promise<Recorder> => {
    await running.done;
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
    return recorder;
  };
  // A worker's bug must not leave the measurement waiting for its start.
  return { running, recorder, started: Promise.race([started, running.done.then(() => {})]), end };
}

/** Leaves out what was never sent. */
function eachPlayed({ rows, count }: OutcomeBatch, onSession: (endedMs: number) => void): void {
  for (let i = 0; i < count; i += 1) {
    if (rows[i * STRIDE + COLUMN.state] === UNSENT) continue;
    onSession(rows[i * STRIDE + COLUMN.ended] as number);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}
