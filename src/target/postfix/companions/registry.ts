// All companions, and those of one tuning started and ended together.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Tuning } from '../../../tuning/tuning.ts';
import type { Program } from '../../../world/programs.ts';
import type { Site } from '../../target.ts';
import type { Additions, Companion, RunningCompanion } from './companion.ts';
import { contentFilter } from './content-filter.ts';
import { policydSpf } from './policyd-spf.ts';
import { postgrey } from './postgrey.ts';
import { slapd } from './slapd.ts';

/** Their checks at RCPT are asked in this order: what refuses for good comes before what defers. */
const COMPANIONS: Readonly<Record<string, Companion>> = {
  slapd,
  'policyd-spf': policydSpf,
  postgrey,
  'content-filter': contentFilter,
};

export interface Companions extends RunningCompanion {
  readonly files: Readonly<Record<string, string>>;
}

/** The names of those that a tuning asks for. */
export function companionsOf(tuning: Tuning): string[] {
  return Object.entries(COMPANIONS).flatMap(([name, { needs }]) => (needs(tuning) ? [name] : []));
}

/** The programs of all companions that a tuning asks for. */
export function companionNeeds(tuning: Tuning): readonly Program[] {
  return Object.values(COMPANIONS).flatMap((companion) => companion.needs(tuning) ?? []);
}

/** @throws UserError (3) of the one that does not come up; the others have been ended then. */
export async function startCompanions(site: Site, directory: string): Promise<Companions> {
  const wanted = Object.entries(COMPANIONS).filter(([, { needs }]) => needs(site.tuning));
  const started = await Promise.allSettled(
    wanted.map(([name, companion]) => {
      const own = join(directory, name);
      mkdirSync(own);
      // Postfix' programs read what lies there as another user, and the umask takes bits away.
      chmodSync(own, 0o755);
      return companion.start(site, own);
    }),
  );
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed === undefined) return together(running);
  await together(running).stop();
  throw failed.reason;
}

function together(running: readonly RunningCompanion[]): Companions {
  return {
    files: Object.assign({}, ...running.map(({ files }) => files)),
    gives: (folder) => summed(running.map((one) => one.gives(folder))),
    pids: running.flatMap(({ pids }) => pids),
    // Without any it never resolves, as it should.
    died: Promise.race(running.map(({ died }) => died)),
    stop: async () => {
      await Promise.all(running.map((one) => one.stop()));
    },
  };
}

function summed(parts: readonly Additions[]): Additions {
  const recipients = parts.find((part) => part.recipients !== undefined)?.recipients;
  return {
    main: Object.assign({}, ...parts.map(({ main }) => main)),
    master: Object.assign({}, ...parts.map(({ master }) => master)),
    checks: parts.flatMap(({ checks }) => checks ?? []),
    ...(recipients !== undefined && { recipients }),
  };
}
