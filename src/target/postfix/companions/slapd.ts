// `recipients: {table: ldap}`: a real OpenLDAP with the world's mailboxes, on loopback. Postfix asks it as
// most administrators have it: through proxymap, whose processes hold one connection each, so that
// `connections` is their number. `wait`, the way to a directory elsewhere, is a link of ours in front.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXIT, UserError } from '../../../errors.ts';
import type { Tuning } from '../../../tuning/tuning.ts';
import { type RunningLink, startLink } from '../../../world/link.ts';
import { type Program, programPath } from '../../../world/programs.ts';
import type { Site } from '../../target.ts';
import { tablesOf } from '../table-types.ts';
import { type Companion, PORTS, type RunningCompanion } from './companion.ts';
import { startDaemon } from './daemon.ts';
import { ldapTable, mailboxEntries, slapdConf } from './slapd-config.ts';

const SLAPD: Program = { name: 'slapd', debianPackage: 'slapd' };
const SLAPADD: Program = { name: 'slapadd', debianPackage: 'slapd' };

/** What they are where the tuning does not say: a small directory on the same network. */
const DEFAULTS = { waitMs: 8, connections: 8 } as const;

const TABLE = 'ldap.cf';

/** Of Debian, Fedora, and Arch; none where mdb is built in. */
const MODULES = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap'];

export const slapd: Companion = {
  needs: (tuning) => (settingsOf(tuning) ? [SLAPD, SLAPADD, tablesOf('ldap')] : undefined),
  start,
};

function settingsOf({ recipients }: Tuning) {
  if (recipients === undefined || recipients === 'catch-all') return undefined;
  return recipients.table === 'ldap' ? { ...DEFAULTS, ...recipients } : undefined;
}

async function start({ tuning, recipients }: Site, directory: string): Promise<RunningCompanion> {
  const { waitMs, connections } = settingsOf(tuning) ?? DEFAULTS;
  const conf = await load(recipients, directory);
  const port = waitMs > 0 ? PORTS.ldapBehind : PORTS.ldap;
  const args = ['-f', conf, '-h', `ldap://127.0.0.1:${port}`, '-d', '0'];
  const daemon = await startDaemon({
    name: 'slapd',
    program: programPath(SLAPD),
    args,
    port,
    directory,
  });
  const way = waitMs > 0 ? await wayTo(port, waitMs) : undefined;
  return {
    files: { [TABLE]: ldapTable() },
    gives: (folder) => ({
      recipients: `proxy:ldap:${join(folder, TABLE)}`,
      master: { 'proxymap/unix': `proxymap unix - - n - ${connections} proxymap` },
    }),
    pids: [daemon.pid],
    died: daemon.died,
    stop: async () => {
      await daemon.stop();
      await way?.stop();
    },
  };
}

/** Postfix holds its connections, so that only the first question on each pays for the handshake. */
function wayTo(port: number, roundTripMs: number): Promise<RunningLink> {
  const host = '127.0.0.1';
  return startLink({ host, port: PORTS.ldap, to: { host, port }, from: host, roundTripMs });
}

/** Fills the database before anybody serves it; the way for large numbers. Answers the configuration. */
async function load(recipients: readonly string[], directory: string): Promise<string> {
  const database = join(directory, 'database');
  mkdirSync(database, { mode: 0o700 });
  const conf = join(directory, 'slapd.conf');
  const modules = MODULES.find((folder) => existsSync(join(folder, 'back_mdb.la')));
  writeFileSync(conf, slapdConf(database, modules));
  const entries = join(directory, 'mailboxes.ldif');
  writeFileSync(entries, mailboxEntries(recipients));
  try {
    await promisify(execFile)(programPath(SLAPADD), ['-q', '-f', conf, '-l', entries]);
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    throw new UserError(`slapadd failed: ${said}`, { exitCode: EXIT.environment, cause });
  }
  return conf;
}
