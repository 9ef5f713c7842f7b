// Where the parts of a throw-away Postfix lie: all of it in one directory of the laboratory.
import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';

export interface Layout {
  readonly directory: string;
  /** main.cf, master.cf and the tables. */
  readonly conf: string;
  readonly spool: string;
  readonly data: string;
  readonly log: string;
  /** PEM files, written where the tuning wants TLS. */
  readonly certificate: string;
  readonly key: string;
}

export function layoutIn(directory: string): Layout {
  return {
    directory,
    conf: join(directory, 'conf'),
    spool: join(directory, 'spool'),
    data: join(directory, 'data'),
    log: join(directory, 'maillog'),
    certificate: join(directory, 'conf', 'cert.pem'),
    key: join(directory, 'conf', 'key.pem'),
  };
}

const PRIVATE_QUEUES =
  'active bounce corrupt defer deferred flush hold incoming private saved trace'.split(' ');

/** By hand it takes milliseconds; `postfix check` would take up to two seconds for the same. */
export function makeDirectories(layout: Layout): void {
  const owner = numericId('/etc/passwd', 'postfix');
  const dropGroup = numericId('/etc/group', 'postdrop');
  mkdirSync(layout.conf, { recursive: true });
  mkdirSync(join(layout.spool, 'pid'), { recursive: true });
  make(layout.data, owner, 0, 0o700);
  for (const name of PRIVATE_QUEUES) make(join(layout.spool, name), owner, 0, 0o700);
  make(join(layout.spool, 'maildrop'), owner, dropGroup, 0o1730);
  make(join(layout.spool, 'public'), owner, dropGroup, 0o710);
}

function make(directory: string, owner: number, group: number, mode: number): void {
  mkdirSync(directory);
  chownSync(directory, owner, group);
  // Not as mkdir's mode: the umask would take bits away.
  chmodSync(directory, mode);
}

function numericId(file: string, name: string): number {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const id = line?.split(':')[2];
  if (id === undefined) {
    throw new UserError(`${file} has no ${name}: Postfix is not installed completely`, {
      exitCode: EXIT.environment,
      hint: 'Install it anew; on Debian or Ubuntu: sudo apt-get install --reinstall postfix',
    });
  }
  return Number(id);
}
