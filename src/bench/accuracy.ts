// What the generator measures against a server with known delays, as a process of its own. Prints one
// line of JSON: the median of banner and RCPT latency and the send lag, in ms.

import { prepareAll, steadyPlan } from '../calibration/load-plan.ts';
import { startPacedServer } from '../calibration/start-paced-server.ts';
import { nowMs } from '../clock.ts';
import { startLoad } from '../engine/engine.ts';
import { MEASURES, type Measure } from '../record/histograms.ts';
import { Recorder } from '../record/recorder.ts';

const [bannerMs = 50, rcptMs = 120] = process.argv.slice(2).map(Number);
const server = await startPacedServer(bannerMs, rcptMs);
const plan = steadyPlan({ perSecond: 100, seconds: 5 });
const recorder = new Recorder(plan, false);
const materials = await prepareAll(plan);
const load = startLoad(
  {
    plan,
    materials,
    target: { host: '127.0.0.1', port: server.port },
    network: process.platform === 'linux' ? 'loopback' : 'single',
    workers: 1,
  },
  {
    onStart: (ms) => recorder.begin(ms),
    onOutcomes: (batch) => recorder.outcomes(batch),
    onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
  },
);
await load.done;
server.stop();

function quantileMs(measure: Measure, percentile: number): number {
  const sum = recorder.histograms.sum([0], [2], MEASURES.indexOf(measure));
  return (sum?.getValueAtPercentile(percentile) ?? Number.NaN) / 1000;
}

console.log(
  JSON.stringify({
    bannerP50: quantileMs('banner', 50),
    rcptP50: quantileMs('rcpt', 50),
    lagP50: quantileMs('lag', 50),
    lagP99: quantileMs('lag', 99),
  }),
);
