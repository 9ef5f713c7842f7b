// Our generator for the bench, as a process of its own: `play.js <task as JSON>`. Plays one load into a
// port and prints one line of JSON: what it cost from the start signal on, and what it measured.

import { attackPlan, benchPlan, prepareAll } from '../calibration/load-plan.ts';
import { paced } from '../calibration/shapes.ts';
import { nowMs } from '../clock.ts';
import { startLoad } from '../engine/engine.ts';
import type { Plan } from '../plan/plan.ts';
import { MEASURES, type Measure } from '../record/histograms.ts';
import { Recorder } from '../record/recorder.ts';
import { PHASES } from '../scenario/scenario.ts';
import { watchRunDelay } from './measure/run-delay.ts';
import type { Played, Task } from './measure/task.ts';

const WARM_MS = 2000;
/** A hiccup of the machine of half a second keeps no session from being sent. */
const STEADY_AT_ONCE = 5000;
const task = JSON.parse(process.argv[2] ?? '') as Task;
const { port, load, workers = 1, recording = true, rssEvery = 0 } = task;
const plan = planOf(task);
const recorder = new Recorder(plan, false);
const materials = await prepareAll(plan);
let cpu = process.cpuUsage();
let startMs = nowMs();
const steady = load.kind === 'steady';
let runDelay: (() => number | null) | undefined;
/** The thread is gone when the load has ended: read while it runs. */
let runDelayShare: number | null = null;
const rssBytes: number[] = [];

const running = startLoad(
  {
    plan,
    materials,
    target: { host: '127.0.0.1', port },
    network: process.platform === 'linux' ? 'loopback' : 'single',
    workers,
    overflow: steady ? 'unsent' : 'wait',
    recording,
  },
  {
    onStart: (ms) => {
      recorder.begin(ms);
      startMs = ms;
      cpu = process.cpuUsage();
    },
    onOutcomes: (batch) => recorder.outcomes(batch),
    onProgress: (p) => {
      recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs());
      sampleMemory();
      if (steady && nowMs() - startMs >= WARM_MS) sampleRunDelay();
    },
  },
);
await running.done;
const { user, system } = process.cpuUsage(cpu);
const wallS = (nowMs() - startMs) / 1000;
const count = (state: 'accepted' | 'rejected' | 'unsent') =>
  recorder.counters.sessions([0], PHASES, state);
console.log(
  JSON.stringify({
    cpuS: (user + system) / 1e6,
    wallS,
    started: recorder.started,
    accepted: count('accepted'),
    rejected: count('rejected'),
    unsent: count('unsent'),
    bannerP50Ms: quantileMs('banner', 50),
    rcptP50Ms: quantileMs('rcpt', 50),
    lagP50Ms: quantileMs('lag', 50),
    lagP99Ms: quantileMs('lag', 99),
    runDelayShare,
    rssBytes,
  } satisfies Played),
);

function planOf({ load }: Task): Plan {
  switch (load.kind) {
    case 'mail':
      return benchPlan(load);
    case 'attack':
      return attackPlan(load);
    case 'steady':
      return paced('rejected', {
        perSecond: load.perSecond,
        warmMs: WARM_MS,
        measuredMs: load.seconds * 1000,
        atOnce: STEADY_AT_ONCE,
      });
  }
}

/** From the end of the warm-up on. */
function sampleRunDelay(): void {
  runDelay ??= watchRunDelay();
  runDelayShare = runDelay();
}

/** The resident set each so many sessions. */
function sampleMemory(): void {
  if (rssEvery > 0 && recorder.started >= (rssBytes.length + 1) * rssEvery) {
    rssBytes.push(process.memoryUsage.rss());
  }
}

/** Without the warm-up; null where nothing was recorded. */
function quantileMs(measure: Measure, percentile: number): number | null {
  const sum = recorder.histograms.sum([0], [PHASES.indexOf('recovery')], MEASURES.indexOf(measure));
  return sum ? sum.getValueAtPercentile(percentile) / 1000 : null;
}
