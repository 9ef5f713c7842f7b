// One running Postfix with its companions: watched while it runs, waited for, and ended.
import { randomUUID } from 'node:crypto';
import { endProcess } from '../../world/end-process.ts';
import type { Site, TargetSample, TargetTotals } from '../target.ts';
import { askPostfix } from './ask.ts';
import type { Ground } from './ground.ts';
import { placeOf } from './place.ts';
import { until } from './probe.ts';
import { METHODS, Sampler } from './sampler.ts';
import { removeInstance, startInstance } from './start.ts';

/** How long settle() waits for sessions and queues to end, so that the log is complete. */
const SETTLE_MS = 8000;
/** How long postlogd may take for what it has been told. */
const MARK_MS = 3000;

export interface Server {
  readonly address: { readonly host: string; readonly port: number };
  /** Postfix' own. */
  readonly version: string;
  readonly configuration: readonly string[];
  /** What in it would spoil a measurement. */
  readonly traps: readonly string[];
  readonly died: Promise<string>;
  readonly sampler: Sampler;
  /** Ends it at once, and removes all. */
  end(): Promise<TargetTotals>;
}

/** @throws UserError (3) that quotes Postfix, when it does not come up as configured. */
export async function startServer(site: Site): Promise<Server> {
  const instance = await startInstance(site);
  const { master, companions, ground, layout, version, configuration, traps } = instance;
  const { address: host } = placeOf(site);
  const sampler = new Sampler(
    [master.pid ?? 0, ...companions.pids],
    { address: host, port: ground.port },
    layout,
    instance.logStart,
  );
  let ending = false;
  const died = new Promise<string>((resolve) => {
    master.once('exit', (code, signal) => {
      if (!ending) resolve(`Postfix' master process ended by itself (${signal ?? `code ${code}`})`);
    });
    void companions.died.then(resolve);
    // It lives, but takes no mail: what follows would be no measurement of this configuration.
    sampler.onUnopened = (said) => resolve(`Postfix cannot take mail as it is configured: ${said}`);
  });
  const end = async (): Promise<TargetTotals> => {
    ending = true;
    const isOrphaned = master.exitCode !== null || master.signalCode !== null;
    if (!isOrphaned) await readToMark(ground, sampler);
    // The last look is worth less than the log: without it, the one before stands.
    const last = await sampler.sample().catch(() => undefined);
    await endProcess(master);
    if (isOrphaned) endGroup(master.pid);
    await companions.stop();
    await sampler.readLog();
    await sampler.close();
    await ground.close();
    removeInstance(layout);
    const totals = { ...sampler.tally.totals(), methods: METHODS };
    const warnings = [...traps, ...totals.warnings];
    return { ...totals, warnings, logBytes: last?.logBytes ?? 0, ...(last && { last }) };
  };
  const address = { host, port: ground.port };
  return { address, version, configuration, traps, died, sampler, end };
}

/**
 * The log is written by a process of its own (postlogd), which takes lines in their order: when it has
 * written one of ours, it has written all before it. It would not, once master is ended.
 */
async function readToMark(ground: Ground, sampler: Sampler): Promise<void> {
  const mark = `end of the run ${randomUUID()}`;
  try {
    await askPostfix(ground.command('postlog', ['-t', 'blowback', mark]));
  } catch {
    // A full disk, a postlog that may not: then what has been written must do.
    return;
  }
  await until(MARK_MS, 10, async () => (await sampler.readUntil(mark)) || undefined);
}

/** Daemons whose master is gone leave by themselves, but not at once. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have left.
  }
}

/**
 * Idle twice, with nothing logged in between: nobody waits, nobody is served, nothing is queued anywhere. Once
 * is no proof, since a message that moves from directory to directory may be in none that is looked at.
 */
export async function settle(servers: readonly Server[]): Promise<void> {
  let logBytes = -1;
  let wasIdle = false;
  await until(SETTLE_MS, 100, async () => {
    const looks = servers.map(({ sampler }) => sampler.sample());
    const samples = await Promise.all(looks).catch(() => undefined);
    if (!samples) return undefined;
    const now = samples.reduce((sum, { logBytes: bytes = 0 }) => sum + bytes, 0);
    const quiet = wasIdle && now === logBytes;
    wasIdle = samples.every(isIdle);
    logBytes = now;
    return (quiet && wasIdle) || undefined;
  });
}

function isIdle({ acceptQueue, workersBusy, queue }: TargetSample): boolean {
  return acceptQueue === 0 && workersBusy === 0 && queue === 0;
}
