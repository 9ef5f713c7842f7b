// What it costs to choose who sends what: `choose.js <sources> <sessions>`, run with --expose-gc. The time
// from a plan's next session to its script, with the host's address, limit and schedule; the memory of
// a storm's sources when every one of them is busy. Prints one line of JSON.

import { bouncer } from '../actors/bouncer.ts';
import { stormPlan } from '../calibration/load-plan.ts';
import { nowMs } from '../clock.ts';
import { HostLines } from '../engine/host-lines.ts';
import { type PlannedSession, roundTripOf, sessionsOf } from '../plan/plan.ts';
import { sourceAddress } from '../plan/source-address.ts';

const [sources = 130_000, sessions = 300_000] = process.argv.slice(2).map(Number);

function bytesInUse(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const before = bytesInUse();
const { plan, planned } = stormPlan(sources);
const sender = bouncer.sender(plan, planned, await bouncer.prepare(plan, planned));
const hosts = new HostLines<PlannedSession>((session) => sender.hostLimit(session));
const storm = sessionsOf(plan, planned);
let said = 0;

function choose(count: number): void {
  for (let i = 0; i < count; i += 1) {
    const session = storm.next().value;
    if (!session) throw new Error('the storm is over');
    if (hosts.enter(session)) hosts.leave(session.host);
    const script = sender.script(session, 0);
    said += script.message?.length ?? 0;
    said += sourceAddress('laboratory', session.host)?.length ?? 0;
    said += roundTripOf(plan, session.host);
    said += sender.retrySchedule(session)?.(1) ?? 0;
  }
}

choose(sessions / 10);
const startedMs = nowMs();
choose(sessions);
const usPerSession = ((nowMs() - startedMs) * 1000) / sessions;

for (let host = 0; host < sources; host += 1) {
  hosts.enter({ actor: 0, index: host, intendedMs: 0, host });
}
const bytes = bytesInUse() - before;
if (said === 0) throw new Error('nothing was said');
hosts.clear();
console.log(JSON.stringify({ usPerSession, bytes }));
