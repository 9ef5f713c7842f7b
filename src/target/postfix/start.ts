// Starts one throw-away Postfix: directories, tables, main.cf and master.cf, then master itself.
// `postfix start` would do the same in half a second more, and leave a process id to look for.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificate } from '../../world/certificate.ts';
import { laboratoryScratch, SOMAXCONN, setSomaxconn } from '../../world/laboratory-setup.ts';
import { programPath } from '../../world/programs.ts';
import type { Site } from '../target.ts';
import { type Companions, startCompanions } from './companions.ts';
import { type Layout, layoutIn, makeDirectories } from './layout.ts';
import { hostName, mainCf, renderMainCf } from './main-cf.ts';
import { compileTables, writeTables } from './maps.ts';
import { PORT, renderMasterCf, somaxconn } from './master-cf.ts';
import { awaitService, refused } from './readiness.ts';
import { trustedCopies } from './trusted-copies.ts';

export const POSTCONF = { name: 'postconf', debianPackage: 'postfix' } as const;

export interface Instance {
  readonly layout: Layout;
  readonly companions: Companions;
  readonly master: ChildProcess;
  readonly version: string;
  readonly configuration: readonly string[];
  /** Bytes of the log that our own first look at the server has written. */
  readonly logStart: number;
}

/** @throws UserError (3) that quotes Postfix, when it does not come up as configured. */
export async function startInstance(site: Site): Promise<Instance> {
  const layout = layoutIn(mkdtempSync(join(laboratoryScratch(), 'target-')));
  // Its daemons run as another user, and mkdtemp lets in its owner only.
  chmodSync(layout.directory, 0o755);
  const companions = await startCompanions(site);
  try {
    makeDirectories(layout);
    await configure(site, layout, companions);
    return { layout, companions, ...(await bringUp(site, layout)) };
  } catch (error) {
    await companions.stop();
    rmSync(layout.directory, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

async function bringUp(
  site: Site,
  layout: Layout,
): Promise<Omit<Instance, 'layout' | 'companions'>> {
  const asked = ['-dh', 'mail_version', 'daemon_directory'];
  const [version = '', daemons = ''] = await postconf(layout, asked);
  const configuration = await effectiveConfiguration(layout);
  setSomaxconn(somaxconn(site.tuning));
  const master = spawnMaster(join(daemons, 'master'), layout);
  try {
    return { master, version, configuration, logStart: await awaitService(site, layout, master) };
  } catch (error) {
    await endMaster(master);
    throw error;
  } finally {
    // Its sockets are open; those of others must not inherit its ceiling.
    setSomaxconn(SOMAXCONN);
  }
}

/** master ends its daemons; what does not heed SIGTERM in time is killed. */
export async function endMaster(master: ChildProcess): Promise<void> {
  if (master.exitCode !== null || master.signalCode !== null) return;
  const gone = new Promise((resolve) => master.once('exit', resolve));
  master.kill('SIGTERM');
  const late = await Promise.race([gone, sleep(5000, 'late', { ref: false })]);
  if (late !== 'late') return;
  master.kill('SIGKILL');
  await gone;
}

async function configure(site: Site, layout: Layout, companions: Companions): Promise<void> {
  const { conf } = layout;
  const tables = writeTables(site, conf, companions.ports.directory);
  const settings = {
    ...(await trustedCopies(layout.directory)),
    ...mainCf(site, layout, tables, companions.ports),
  };
  writeFileSync(join(conf, 'main.cf'), renderMainCf(settings));
  writeFileSync(join(conf, 'master.cf'), renderMasterCf(site.tuning));
  if (site.tuning.tls === 'may') {
    const { cert, key } = await makeCertificate(hostName(site));
    writeFileSync(layout.certificate, cert);
    // smtpd reads it before it gives up root's rights.
    writeFileSync(layout.key, key, { mode: 0o600 });
  }
  backDate(conf);
  await compileTables(tables, conf);
  backDate(conf);
}

/** Postfix' programs sleep when they find a file that was changed in the last two seconds. */
function backDate(directory: string): void {
  const past = Date.now() / 1000 - 60;
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), past, past);
}

async function postconf(layout: Layout, args: readonly string[]): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(programPath(POSTCONF), [
      '-c',
      layout.conf,
      ...args,
    ]);
    return stdout.split('\n').filter((line) => line !== '');
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    throw refused(said, cause);
  }
}

/** For the report: without what is new in every run, so that equal tunings read equal. */
async function effectiveConfiguration(layout: Layout): Promise<string[]> {
  const settings = await postconf(layout, ['-n']);
  const services = await postconf(layout, ['-M', `${PORT}/inet`]);
  const lines = services.map((line) => `master.cf: ${line.replaceAll(/\s+/g, ' ')}`);
  return [...settings, ...lines].map((line) =>
    line.replaceAll(layout.directory, '/target').replaceAll(/(127\.0\.0\.1\]?):\d+/g, '$1:port'),
  );
}

function spawnMaster(program: string, layout: Layout): ChildProcess {
  if (!existsSync(program)) throw refused(`there is no ${program}`);
  // Its daemons keep these open: a pipe of ours would never end.
  const errors = openSync(join(layout.directory, 'stderr'), 'a');
  // A group of its own: it ends its children by their group.
  const master = spawn(program, ['-c', layout.conf, '-s'], {
    detached: true,
    stdio: ['ignore', errors, errors],
  });
  closeSync(errors);
  return master;
}
