// Our generator for the bench, as a process of its own: `generate.js <port> <sessions> <at once> <bytes>`.
// Prints one line of JSON: CPU and wall time of the load itself, recording included.

import { benchPlan, prepareAll } from '../calibration/load-plan.ts';
import { nowMs } from '../clock.ts';
import { startLoad } from '../engine/engine.ts';
import { Recorder } from '../record/recorder.ts';
import { PHASES } from '../scenario/scenario.ts';

const [port = 0, sessions = 1, atOnce = 1, messageBytes = 4096] = process.argv.slice(2).map(Number);
const plan = benchPlan({ sessions, atOnce, messageBytes });
const recorder = new Recorder(plan, false);
const materials = await prepareAll(plan);
let cpu = process.cpuUsage();
let startMs = nowMs();
const load = startLoad(
  {
    plan,
    materials,
    target: { host: '127.0.0.1', port },
    network: process.platform === 'linux' ? 'loopback' : 'single',
    workers: 1,
    overflow: 'wait',
  },
  {
    onStart: (ms) => {
      recorder.begin(ms);
      startMs = ms;
      cpu = process.cpuUsage();
    },
    onOutcomes: (batch) => recorder.outcomes(batch),
    onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
  },
);
await load.done;
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    cpuUs: (user + system) / sessions,
    userUs: user / sessions,
    wallUs: ((nowMs() - startMs) * 1000) / sessions,
    accepted: recorder.counters.sessions([0], PHASES, 'accepted'),
  }),
);
