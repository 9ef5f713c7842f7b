// One running Postfix with its companions: watched while it runs, waited for, and ended.
import { endProcess } from '../../world/end-process.ts';
import type { Site, TargetSample, TargetTotals } from '../target.ts';
import { placeOf } from './place.ts';
import { until } from './probe.ts';
import { METHODS, Sampler } from './sampler.ts';
import { removeInstance, startInstance } from './start.ts';

/** How long settle() waits for sessions and queues to end, so that the log is complete. */
const SETTLE_MS = 8000;

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
    // The last look is worth less than the log: without it, the one before stands.
    const last = await sampler.sample().catch(() => undefined);
    const isOrphaned = master.exitCode !== null || master.signalCode !== null;
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

/** Daemons whose master is gone leave by themselves, but not at once. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have left.
  }
}

/** Idle: nobody waits, nobody is served, nothing is queued anywhere, and the logs have stopped growing. */
export async function settle(servers: readonly Server[]): Promise<void> {
  let logBytes = -1;
  await until(SETTLE_MS, 100, async () => {
    const looks = servers.map(({ sampler }) => sampler.sample());
    const samples = await Promise.all(looks).catch(() => undefined);
    if (!samples) return undefined;
    const now = samples.reduce((sum, { logBytes: bytes = 0 }) => sum + bytes, 0);
    const quiet = now === logBytes;
    logBytes = now;
    return (quiet && samples.every(isIdle)) || undefined;
  });
}

function isIdle({ acceptQueue, workersBusy, queue }: TargetSample): boolean {
  return acceptQueue === 0 && workersBusy === 0 && queue === 0;
}
