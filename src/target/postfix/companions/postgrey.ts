// `greylist`: the real postgrey, which lives in the campaign's time: its delay, its window, and how long
// it remembers are compressed as the senders' retries are.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Greylist } from '../../../tuning/tuning.ts';
import { type Program, programPath } from '../../../world/programs.ts';
import type { Site } from '../../target.ts';
import { type Companion, PORTS, type RunningCompanion } from './companion.ts';
import { startDaemon } from './daemon.ts';

const POSTGREY: Program = { name: 'postgrey', debianPackage: 'postgrey' };
const PERL: Program = { name: 'perl', debianPackage: 'perl' };

const HOUR_MS = 3_600_000;

export const postgrey: Companion = {
  needs: ({ greylist }) =>
    greylist === undefined || greylist === 'off' ? undefined : [POSTGREY, PERL],
  start,
};

async function start({ tuning, compress }: Site, directory: string): Promise<RunningCompanion> {
  const { greylist } = tuning;
  if (greylist === undefined || greylist === 'off') throw new Error('no greylist is wanted');
  const database = join(directory, 'database');
  mkdirSync(database, { mode: 0o700 });
  writeFileSync(join(directory, 'CampaignClock.pm'), campaignClock(compress));
  const { pid, died, stop } = await startDaemon({
    name: 'postgrey',
    program: programPath(PERL),
    // -T as in its own first line.
    args: [
      ...['-T', `-I${directory}`, '-MCampaignClock', programPath(POSTGREY)],
      ...options(greylist, database),
    ],
    port: PORTS.greylist,
    directory,
  });
  const additions = { checks: [`check_policy_service inet:127.0.0.1:${PORTS.greylist}`] };
  return { gives: () => additions, pids: [pid], died, stop };
}

/** Whole seconds and whole hours, no less than meant: it knows no others. */
export function options({ delayMs, windowMs }: Greylist, database: string): readonly string[] {
  return [
    `--inet=127.0.0.1:${PORTS.greylist}`,
    `--dbdir=${database}`,
    `--delay=${Math.max(1, Math.ceil(delayMs / 1000))}`,
    `--retry-window=${Math.max(1, Math.ceil(windowMs / HOUR_MS))}h`,
    // The machine's own exceptions have no part in a run.
    '--whitelist-clients=/dev/null',
    '--whitelist-recipients=/dev/null',
    '--user=root',
    '--group=root',
    '--quiet',
  ];
}

/** A Perl module, loaded before postgrey is compiled: from then on its time() runs so many times as fast. */
function campaignClock(compress: number): string {
  return `package CampaignClock;
use Time::HiRes ();
my $start = Time::HiRes::time();
*CORE::GLOBAL::time = sub () { int($start + (Time::HiRes::time() - $start) * ${compress}) };
1;
`;
}
