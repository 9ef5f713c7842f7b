// A real Postfix as the target: one instance per start, inside the laboratory, gone with stop().
import { EXIT, UserError } from '../../errors.ts';
import { LABORATORY } from '../../guard/guard.ts';
import type { Tuning } from '../../tuning/tuning.ts';
import { endProcess } from '../../world/end-process.ts';
import { insideLaboratory } from '../../world/laboratory.ts';
import { requirePrograms } from '../../world/programs.ts';
import { ROOM_PROGRAMS } from '../../world/room.ts';
import type { Refusal, RunningTarget, Site, Target, TargetTotals } from '../target.ts';
import { examineSource } from './config-source.ts';
import { RESERVED } from './main-cf.ts';
import { until } from './probe.ts';
import { METHODS, Sampler } from './sampler.ts';
import { type Instance, removeInstance, startInstance } from './start.ts';

/** How long stop() waits for sessions and queue to end, so that the log is complete. */
const SETTLE_MS = 8000;

export const postfix: Target = { kind: 'postfix', refusals, examine, start };

function examine({ config }: Tuning): void {
  if (!config) return;
  if (process.getuid?.() !== 0) {
    throw new UserError('a configuration of your own needs root, for its view of all files', {
      exitCode: EXIT.environment,
      hint: 'Run the same command with sudo; without config a laboratory needs no root.',
    });
  }
  examineSource(config);
  requirePrograms(ROOM_PROGRAMS);
}

function refusals(tuning: Tuning): readonly Refusal[] {
  const list: Refusal[] = [];
  for (const setting of ['edge', 'hosted'] as const) {
    if (tuning[setting] === undefined || tuning[setting] === 'off') continue;
    list.push({ setting, reason: 'a second server is not supported by the Postfix target yet' });
  }
  for (const key of Object.keys(tuning.postfix?.main ?? {})) {
    // A configuration of the user's says where it listens.
    const open = tuning.config !== undefined && key === 'inet_interfaces';
    if (RESERVED.some((name) => name === key) && !open) {
      const reason = `${key} places the instance inside the laboratory and cannot be set`;
      list.push({ setting: 'postfix', reason });
    } else if (!/^\w+$/.test(key)) {
      list.push({ setting: 'postfix', reason: `${JSON.stringify(key)} is no main.cf setting` });
    }
  }
  return list;
}

async function start(site: Site): Promise<RunningTarget> {
  if (!insideLaboratory()) throw new Error('the Postfix target starts inside the laboratory only');
  const instance = await startInstance(site);
  const { master, ground, companions } = instance;
  const sampler = new Sampler(
    [master.pid ?? 0, ...companions.pids],
    ground.port,
    instance.layout,
    instance.logStart,
  );
  let stopping = false;
  const died = new Promise<string>((resolve) => {
    master.once('exit', (code, signal) => {
      if (!stopping)
        resolve(`Postfix' master process ended by itself (${signal ?? `code ${code}`})`);
    });
    void companions.died.then(resolve);
  });
  return {
    address: { host: LABORATORY.target, port: ground.port },
    version: `Postfix ${instance.version}`,
    configuration: instance.configuration,
    died,
    sample: () => sampler.sample(),
    stop: () => {
      stopping = true;
      return stop(instance, sampler);
    },
  };
}

async function stop(instance: Instance, sampler: Sampler): Promise<TargetTotals> {
  const { layout, companions, ground, traps } = instance;
  await settle(sampler);
  // The last look is worth less than the log: without it, the one before stands.
  const last = await sampler.sample().catch(() => undefined);
  await endProcess(instance.master);
  await companions.stop();
  await sampler.readLog();
  await sampler.close();
  await ground.close();
  removeInstance(layout);
  const totals = sampler.tally.totals();
  const warnings = [...traps, ...totals.warnings];
  const tail = { methods: METHODS, logBytes: last?.logBytes ?? 0, ...(last && { last }) };
  return { ...totals, warnings, ...tail };
}

/** Idle: nobody waits, nobody is served, nothing is queued, and the log has stopped growing. */
async function settle(sampler: Sampler): Promise<void> {
  let logBytes = -1;
  await until(SETTLE_MS, 100, async () => {
    const sample = await sampler.sample().catch(() => undefined);
    if (!sample) return undefined;
    const { acceptQueue, workersBusy, queue, logBytes: now = 0 } = sample;
    const idle = acceptQueue === 0 && workersBusy === 0 && queue === 0 && now === logBytes;
    logBytes = now;
    return idle || undefined;
  });
}
