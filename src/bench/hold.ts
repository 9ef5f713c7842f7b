// Memory of sessions that are held open: `hold.js <sessions>`. The server is a process of its own
// (paced-server.ts) which answers until RCPT and then falls silent. Prints one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { benchPlan, prepareAll } from '../calibration/load-plan.ts';
import { startPacedServer } from '../calibration/start-paced-server.ts';
import { nowMs } from '../clock.ts';
import { startLoad } from '../engine/engine.ts';
import { Recorder } from '../record/recorder.ts';

const sessions = Number(process.argv[2] ?? 10_000);
const server = await startPacedServer(0, -1);
const plan = benchPlan({ sessions, atOnce: sessions, messageBytes: 4096 });
const recorder = new Recorder(plan, false);
const materials = await prepareAll(plan);
let inFlight = 0;
let before = 0;
const load = startLoad(
  {
    plan,
    materials,
    target: { host: '127.0.0.1', port: server.port },
    network: process.platform === 'linux' ? 'loopback' : 'single',
    workers: 1,
    overflow: 'wait',
  },
  {
    onStart: (ms) => {
      recorder.begin(ms);
      before = process.memoryUsage().rss;
    },
    onOutcomes: (batch) => recorder.outcomes(batch),
    onProgress: (p) => {
      inFlight = p.inFlight;
      recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs());
    },
  },
);
const until = nowMs() + 30_000;
while (inFlight < sessions && nowMs() < until) await sleep(100);
// Every session has come as far as the server lets it.
await sleep(2000);
const bytes = process.memoryUsage().rss - before;
console.log(JSON.stringify({ held: inFlight, bytesPerSession: bytes / inFlight }));
await load.abort();
server.stop();
