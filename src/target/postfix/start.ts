// Starts one throw-away Postfix: directories, companions, its configuration, then master itself.
// `postfix start` would do the same in half a second more, and leave a process id to look for.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import { endProcess } from '../../world/end-process.ts';
import { laboratoryScratch, SOMAXCONN, setSomaxconn } from '../../world/laboratory-setup.ts';
import type { Site } from '../target.ts';
import { askPostfix } from './ask.ts';
import { accused } from './blame.ts';
import { type Companions, startCompanions } from './companions/registry.ts';
import { requireDaemons } from './daemons.ts';
import { effectiveConfiguration } from './effective.ts';
import type { Ground } from './ground.ts';
import { type Layout, layoutIn, makeDirectories } from './layout.ts';
import { prepareMinimal } from './minimal.ts';
import { prepareOwn } from './own-instance.ts';
import { trapsOf } from './own-traps.ts';
import { awaitService } from './readiness.ts';

export interface Instance {
  readonly layout: Layout;
  readonly companions: Companions;
  readonly ground: Ground;
  readonly master: ChildProcess;
  readonly version: string;
  readonly configuration: readonly string[];
  /** What in its configuration has no effect, or spoils the measurement. */
  readonly traps: readonly string[];
  /** Bytes of the log that our own first look at the server has written. */
  readonly logStart: number;
}

/** @throws UserError (3) that quotes Postfix, when it does not come up as configured. */
export async function startInstance(site: Site): Promise<Instance> {
  const { config } = site.tuning;
  const plain = layoutIn(mkdtempSync(join(laboratoryScratch(), 'target-')));
  const layout = config ? { ...plain, log: join(plain.directory, 'log', 'maillog') } : plain;
  // Its daemons run as another user, and mkdtemp lets in its owner only.
  chmodSync(layout.directory, 0o755);
  const companions = await startCompanions(site, layout.directory);
  let ground: Ground | undefined;
  try {
    makeDirectories(layout);
    ground = config
      ? await prepareOwn(site, config, layout, companions)
      : await prepareMinimal(site, layout, companions);
    return { layout, companions, ground, ...(await bringUp(site, layout, ground)) };
  } catch (error) {
    await ground?.close();
    await companions.stop();
    removeInstance(layout);
    throw withoutRoom(error) ?? (config ? accused(error, config) : error);
  }
}

/** The laboratory lies in memory, of which its tmpfs takes half at most. */
function withoutRoom(cause: unknown): UserError | undefined {
  if ((cause as NodeJS.ErrnoException).code !== 'ENOSPC') return undefined;
  return new UserError("the laboratory's tmpfs is full: no room is left for the mail server", {
    exitCode: EXIT.environment,
    hint: 'Fewer mailboxes (world.mailboxes) or a smaller configuration take less of this machine’s memory.',
    cause,
  });
}

export function removeInstance({ directory }: Layout): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

async function bringUp(
  site: Site,
  layout: Layout,
  ground: Ground,
): Promise<Pick<Instance, 'master' | 'version' | 'configuration' | 'traps' | 'logStart'>> {
  const asked = ['-xh', 'mail_version', 'daemon_directory'];
  const [[version = '', daemons = ''], effective, found] = await Promise.all([
    askPostfix(ground.command('postconf', asked)),
    effectiveConfiguration(ground, layout),
    trapsOf(ground, site),
    // Says on its standard error what would end master before it has a log.
    askPostfix(ground.command('postmap', ['-q', 'anything', 'inline:{anything=found}'])),
  ]);
  const { lines: configuration, unused } = effective;
  const traps = [...unused, ...found];
  requireDaemons(layout, daemons);
  await site.surroundings;
  setSomaxconn(ground.ceiling);
  const master = spawnMaster(join(daemons, 'master'), layout, ground);
  try {
    const logStart = await awaitService(site, layout, ground, master);
    return { master, version, configuration, traps, logStart };
  } catch (error) {
    await endProcess(master);
    throw error;
  } finally {
    // Its sockets are open; those of others must not inherit its ceiling.
    setSomaxconn(SOMAXCONN);
  }
}

function spawnMaster(program: string, layout: Layout, ground: Ground): ChildProcess {
  // Its daemons keep these open: a pipe of ours would never end.
  const errors = openSync(join(layout.directory, 'stderr'), 'a');
  // A group of its own: it ends its children by their group.
  const [command, args] = ground.command(program, ['-s']);
  const master = spawn(command, [...args], {
    detached: true,
    stdio: ['ignore', errors, errors],
  });
  closeSync(errors);
  return master;
}
